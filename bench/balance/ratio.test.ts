import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../src/core/random.ts";
import { pairedRatio, ratioWords } from "./ratio.ts";

test("what both arms of a round share, cancels", () => {
  const { median, low, high, rounds } = pairedRatio([1, 10, 100], [2, 20, 200]);
  assert.deepEqual([median, low, high, rounds], [0.5, 0.5, 0.5, 3]);
});

test("a stall in one round of ten moves neither the ratio nor its interval far", () => {
  const of = Array.from({ length: 10 }, (_, i) => 30 + i);
  const stalled = of.map((value, i) => (i === 4 ? value * 1000 : value));
  const { median, high } = pairedRatio(
    stalled,
    Array.from({ length: 10 }, () => 100),
  );
  assert.ok(median < 0.4 && high < 0.5, `${median} ${high}`);
});

test("one round has no interval, and rounds without a figure do not count", () => {
  assert.equal(ratioWords(pairedRatio([3, Number.NaN, 0], [2, 1, 1])), "1.50 (one round)");
});

test("the interval holds the true ratio in at least 95 of 100 experiments of ten rounds", () => {
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
  assert.ok(held > 1900, `${held} of 2000`);
});
