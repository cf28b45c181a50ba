import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../src/core/random.ts";
import { medianInterval } from "./interval.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

test("ranks are those of the tables for the sign test at 95 %", () => {
  // n: ranks counted from each end, from the binomial distribution with p = 1/2.
  for (const [n, rank] of [
    [6, 1],
    [8, 1],
    [9, 2],
    [10, 2],
    [12, 3],
    [15, 4],
    [20, 6],
    [25, 8],
  ] as const) {
    const { low, high, level } = medianInterval(upTo(n));
    assert.deepEqual([low, high], [rank, n + 1 - rank], `n = ${n}`);
    assert.ok(level >= 0.95 && level < 1, `${level}`);
  }
});

test("too few values give their range, and the level that it has", () => {
  const { low, high, level } = medianInterval([3, 1, 2]);
  assert.deepEqual([low, high, level], [1, 3, 0.75]);
});

test("it holds the true median as often as it claims", () => {
  const random = seededRandom(7);
  let held = 0;
  const trials = 2000;
  for (let trial = 0; trial < trials; trial++) {
    // Exponential: the median is ln 2, the tail long.
    const { low, high } = medianInterval(Array.from({ length: 12 }, () => -Math.log(1 - random())));
    if (low <= Math.LN2 && Math.LN2 <= high) held++;
  }
  assert.ok(held / trials >= 0.95, `${held} of ${trials}`);
});
