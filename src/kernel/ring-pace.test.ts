import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "./ring-pace.ts";

const some = (bytes: number) => ({ bytes, records: 1, blocked: false });

test("on a quiet host records are told at once; while many keep coming the reader naps, longer the more there are", () => {
  const pace = new Pace();
  for (let burst = 0; burst < 20; burst++) assert.equal(pace.after(some(500), 0, 0), "wait");
  assert.equal(pace.after(some(500), 0, 0), 8, "as often as that is a load");
  assert.equal(pace.after(some(20_000), 0, 2000), 4);
  assert.equal(pace.after(some(200_000), 0, 2004), 5);
  assert.equal(pace.after(some(0), 0, 2009), "wait");
  assert.equal(pace.after(some(500), 0, 2010), "wait");
});

test("a steady trickle is told at once 25 times a second", () => {
  const pace = new Pace();
  let prompt = 0;
  for (let ms = 0; ms < 10_000; ms += 8) if (pace.after(some(100), 0, ms) === "wait") prompt++;
  assert.ok(prompt >= 250 && prompt <= 271, `${prompt} in ten seconds`);
});

test("waiting for a descriptor that is readable already would be no waiting", () => {
  const pace = new Pace();
  assert.equal(typeof pace.after({ bytes: 0, records: 0, blocked: true }, 500, 0), "number");
  assert.equal(typeof pace.after(some(0), 100, 0), "number");
});
