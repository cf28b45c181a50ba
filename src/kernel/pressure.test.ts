import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parsePressure, pressureShare } from "./pressure.ts";

test("totals of some and full are read, whatever the averages", () => {
  const text =
    "some avg10=0.12 avg60=1.00 avg300=99.99 total=17245641\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=42\n";
  assert.deepEqual(parsePressure(text), { someUs: 17_245_641, fullUs: 42 });
});

test("a kernel that prints no full line for cpu is understood", () => {
  assert.deepEqual(parsePressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n"), { someUs: 5, fullUs: undefined });
});

test("anything else is no pressure, and never an error", () => {
  fc.assert(fc.property(fc.string(), (text) => parsePressure(text) === undefined || text.includes("total=")));
  for (const text of [
    undefined,
    "",
    "some",
    "full total=3\n",
    "awesome total=3\n",
    "some total=x\n",
    "some total=-1\n",
  ]) {
    assert.equal(parsePressure(text), undefined);
  }
});

test("any totals come back as written", () => {
  const total = fc.integer({ min: 0, max: 2 ** 50 });
  fc.assert(
    fc.property(total, total, (someUs, fullUs) => {
      const text = `some avg10=0.00 total=${someUs}\nfull avg10=0.00 total=${fullUs}\n`;
      assert.deepEqual(parsePressure(text), { someUs, fullUs });
    }),
  );
});

test("a share is of the elapsed time, and never more than all of it", () => {
  assert.equal(pressureShare(250), 0.25);
  assert.equal(pressureShare(1200), 1);
});
