import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../core/random.ts";
import { poissonArrivals } from "./poisson.ts";

function gaps(count: number, perSecond: number, seed: number): number[] {
  const next = poissonArrivals(seededRandom(seed), perSecond, 0);
  const times = Array.from({ length: count }, next);
  return times.map((time, i) => time - (times[i - 1] ?? 0));
}

test("arrivals have the rate asked for and the spread of a Poisson process", () => {
  const sample = gaps(50_000, 2000, 7);
  const mean = sample.reduce((sum, gap) => sum + gap, 0) / sample.length;
  const deviation = Math.sqrt(sample.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / sample.length);
  // Exponential gaps: mean and standard deviation are both 1/rate = 500 µs.
  assert.ok(Math.abs(mean - 500) < 10, `mean ${mean}`);
  assert.ok(Math.abs(deviation - 500) < 15, `deviation ${deviation}`);
});

test("the same seed gives the same arrivals, another seed gives others, and time never runs back", () => {
  assert.deepEqual(gaps(100, 3000, 1), gaps(100, 3000, 1));
  assert.notDeepEqual(gaps(100, 3000, 1), gaps(100, 3000, 2));
  assert.ok(gaps(10_000, 3000, 3).every((gap) => gap >= 0));
});
