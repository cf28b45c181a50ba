import assert from "node:assert/strict";
import { test } from "node:test";
import { isTooMany, MISSES, MissCounter, UsualMisses } from "./search-misses.ts";

const misses = (overs: readonly (number | undefined)[], bearable = 0): number => {
  const counter = new MissCounter(bearable);
  for (const over of overs) counter.take(over, 1000);
  return counter.count;
};

test("a miss is one reading plainly over what can be borne, or two in a row at all over it", () => {
  assert.equal(misses([0.5, -1, 0.5, -1]), 0);
  assert.equal(misses([0.5, 0.5, -1]), 1);
  assert.equal(misses([0.5, 0.5, 0.5, 0.5]), 2);
  assert.equal(misses([MISSES.plainlyOver + 0.1, -1]), 1);
  assert.equal(misses([2, 2], 2), 0);
  assert.equal(misses([0.5, undefined, 0.5]), 1, "who tells nothing ends nothing");
});

test("where what is in force never misses, the first miss of a candidate is its own; where it does, chance comes first", () => {
  const well = new UsualMisses();
  const noisy = new UsualMisses();
  for (let second = 0; second < 120; second++) {
    well.take(-1, 1000);
    noisy.take(second % 20 === 0 ? 3 : -1, 1000);
  }
  const blamed = (usual: UsualMisses, count: number, seconds: number): boolean =>
    isTooMany(count, usual.expectedIn(seconds * 1000, 0));
  assert.equal(blamed(well, 1, 5), true);
  assert.equal(blamed(noisy, 1, 5), false);
  assert.equal(blamed(noisy, 3, 60), false);
  assert.equal(blamed(noisy, 9, 60), true);
  assert.equal(blamed(noisy, 0, 0), false);
});

test("of a host that was hardly watched it is assumed that it is well, and what was long ago is forgotten", () => {
  const usual = new UsualMisses();
  assert.ok(isTooMany(1, usual.expectedIn(500, 0)));
  for (let second = 0; second < 100; second++) usual.take(3, 1000);
  assert.equal(isTooMany(1, usual.expectedIn(1000, 0)), false);
  for (let second = 0; second < MISSES.remembered; second++) usual.take(-1, 1000);
  assert.equal(isTooMany(1, usual.expectedIn(1000, 0)), true);
});
