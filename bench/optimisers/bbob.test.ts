import assert from "node:assert/strict";
import { test } from "node:test";
import { KNOWN } from "./bbob-values.fixture.ts";
import { BBOB, bbob } from "./bbob.ts";

test("the functions have the values that the COCO platform publishes", () => {
  assert.deepEqual(new Set(KNOWN.map(([number]) => number)).size, BBOB.length);
  for (const [number, instance, point, expected] of KNOWN) {
    const { excess, optimalValue } = bbob(number, point.length, instance);
    const value = excess(point) + optimalValue;
    assert.ok(
      Math.abs(value - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
      `f${number} i${instance} ${point.length}-D: ${value} is not ${expected}`,
    );
  }
});
