import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "./ring-pace.ts";

const some = (bytes: number) => ({ bytes, records: 1, blocked: false });

test("on a quiet host each record is told at once; while they keep coming the reader naps, longer the more there are", () => {
  const pace = new Pace();
  assert.equal(pace.after(some(100), 0, 0), "wait");
  assert.equal(pace.after(some(100), 0, 0.1), 2);
  assert.equal(pace.after(some(20_000), 0, 2.1), 4);
  assert.equal(pace.after(some(200_000), 0, 6.1), 5);
  assert.equal(pace.after(some(0), 0, 11.1), "wait");
  assert.equal(pace.after(some(100), 0, 30), "wait");
});

test("waiting for a descriptor that is readable already would be no waiting", () => {
  const pace = new Pace();
  assert.equal(typeof pace.after({ bytes: 0, records: 0, blocked: true }, 500, 0), "number");
  assert.equal(typeof pace.after(some(0), 100, 0), "number");
});
