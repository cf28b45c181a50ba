import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/core/random.ts";
import { bbobNoisy } from "./bbob-noisy.ts";

const drawn = (number: number, value: number): number[] => {
  const { measured } = bbobNoisy(number, 5, 1);
  const random = new RandomStream(number);
  return Array.from({ length: 4001 }, () => measured(value, random)).sort((a, b) => a - b);
};
const median = (values: readonly number[]): number => values[values.length >> 1] ?? 0;

test("gaussian noise multiplies, by one in the median", () => {
  for (const number of [101, 107, 116, 128]) assert.ok(Math.abs(Math.log(median(drawn(number, 50)) / 50)) < 0.1);
  // Ten of a hundred lie beyond 1.28 deviations of the logarithm.
  const upper = drawn(107, 50)[3601] ?? 0;
  assert.ok(Math.abs(Math.log(upper / 50) - 1.28) < 0.1);
});

test("severe uniform noise lies between nothing and a thousandfold, and mostly above near the optimum", () => {
  assert.ok(drawn(108, 50).every((value) => value >= 0));
  assert.ok(median(drawn(108, 1e-6)) > 1e-6);
});

test("cauchy noise leaves most values raised by a constant, and now and then far off", () => {
  const values = drawn(109, 50);
  assert.ok(Math.abs(median(values) - 1050) < 0.1);
  assert.ok((values.at(-1) ?? 0) > 1100);
  assert.ok(Math.abs(median(drawn(103, 50)) - 60) < 0.1);
});

test("below the final target there is no noise", () => {
  for (let number = 101; number <= 130; number++) assert.ok(drawn(number, 9e-9).every((value) => value === 9e-9));
});
