import assert from "node:assert/strict";
import { test } from "node:test";
import { ELITES, Elites } from "./elites.ts";

test("one lucky value is not believed before what was measured often", () => {
  const elites = new Elites();
  for (const value of [10, 12, 8, 11, 9, 10]) elites.add([1], value);
  elites.add([2], 9.5);
  assert.deepEqual(elites.best()?.point, [1]);
  // But it is the one to be measured again.
  assert.deepEqual(elites.doubtful()?.point, [2]);
  for (const value of [9, 9.2, 8.8, 9.1]) elites.add([2], value);
  assert.deepEqual(elites.best()?.point, [2]);
  assert.equal(elites.best()?.measured, 5);
  assert.ok(Math.abs((elites.best()?.mean ?? 0) - 9.12) < 1e-12);
});

test("where repeats agree there is no noise, and nothing is measured again", () => {
  const elites = new Elites();
  for (let repeat = 0; repeat < 4; repeat++) elites.add([1], 5);
  assert.equal(elites.doubtful(), undefined);
});

test("a setting that failed once is the worst, however good it was before", () => {
  const elites = new Elites();
  elites.add([1], 1);
  elites.add([2], 5);
  elites.add([1], Infinity);
  assert.deepEqual(elites.best()?.point, [2]);
});

test("only the better are kept", () => {
  const elites = new Elites();
  for (let at = 0; at < 10 * ELITES.capacity; at++) elites.add([at], 1000 - at);
  assert.equal(elites.add([-1], 5000).id, -1);
  assert.equal(elites.save().length, 1 + ELITES.capacity);
  assert.equal(elites.best()?.mean, 1000 - 10 * ELITES.capacity + 1);
});
