import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../src/core/random.ts";
import { pairedRatio, ratioWords } from "./ratio.ts";

test("what both arms of a round share, cancels", () => {
  const { mean, low, high, rounds } = pairedRatio([1, 10, 100], [2, 20, 200]);
  assert.equal(rounds, 3);
  for (const value of [mean, low, high]) assert.ok(Math.abs(value - 0.5) < 1e-12);
});

test("one round has no interval, and rounds without a figure do not count", () => {
  assert.equal(ratioWords(pairedRatio([3, Number.NaN, 0], [2, 1, 1])), "1.50 (one round)");
});

test("the interval holds the true ratio in about 95 of 100 experiments of ten rounds", () => {
  const random = seededRandom(3);
  // Sum of twelve uniforms: near enough to normal.
  const noise = (): number => Math.exp(0.2 * (Array.from({ length: 12 }, random).reduce((a, b) => a + b, 0) - 6));
  let held = 0;
  for (let i = 0; i < 2000; i++) {
    const shared = Array.from({ length: 10 }, noise);
    const { low, high } = pairedRatio(
      shared.map((value) => 0.3 * value * noise()),
      shared.map((value) => value * noise()),
    );
    if (low <= 0.3 && high >= 0.3) held++;
  }
  assert.ok(held > 1860 && held < 1940, `${held} of 2000`);
});
