import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream, seededRandom } from "./random.ts";

test("the same seed gives the same numbers, another seed others", () => {
  const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test("numbers lie in [0, 1) and fill it evenly", () => {
  const random = seededRandom(42);
  const bins = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 100_000; i++) {
    const value = random();
    assert.ok(value >= 0 && value < 1);
    bins[Math.floor(value * 10)]! += 1;
  }
  // Chi-square with 9 degrees of freedom: 33.7 is exceeded once in 10,000; the seed is fixed.
  const chi = bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  assert.ok(chi < 33.7, `chi-square ${chi}`);
});

test("a stream goes on from its saved state, also between the two halves of a normal pair", () => {
  const stream = new RandomStream(3);
  for (const draws of [0, 1, 2]) {
    for (let i = 0; i < draws; i++) stream.normal();
    const other = new RandomStream(99);
    other.resume(JSON.parse(JSON.stringify(stream.state())) as ReturnType<RandomStream["state"]>);
    const draw = (from: RandomStream): number[] => [from.normal(), from.next(), from.normal(), from.below(1000)];
    assert.deepEqual(draw(other), draw(stream));
  }
});

test("normal numbers have mean 0, deviation 1 and tails as they should", () => {
  const stream = new RandomStream(5);
  const drawn = Array.from({ length: 100_000 }, () => stream.normal());
  const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
  const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length;
  const tail = drawn.filter((x) => Math.abs(x) > 1.96).length / drawn.length;
  assert.ok(Math.abs(mean) < 0.012 && Math.abs(variance - 1) < 0.02 && Math.abs(tail - 0.05) < 0.003);
});
