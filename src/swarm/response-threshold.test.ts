import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { adaptThreshold, responseProbability, type ThresholdLearning } from "./response-threshold.ts";

const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
const learning: ThresholdLearning = { min: 0.25, max: 2, learnPerSecond: 0.1, forgetPerSecond: 0.01 };

test("T(s, θ) = s² / (s² + θ²)", () => {
  assert.equal(responseProbability(3, 3), 0.5);
  assert.ok(Math.abs(responseProbability(2, 1) - 0.8) < 1e-12);
  assert.equal(responseProbability(0, 1), 0);
  assert.equal(responseProbability(0, 0), 0);
  assert.equal(responseProbability(Number.NaN, 1), 0);
});

test("is a probability that rises with the stimulus and falls with the threshold", () => {
  fc.assert(
    fc.property(positive, positive, fc.double({ min: 1, max: 1e6, noNaN: true }), (stimulus, threshold, more) => {
      const at = responseProbability(stimulus, threshold);
      assert.ok(at >= 0 && at <= 1);
      assert.ok(responseProbability(stimulus * more, threshold) >= at);
      assert.ok(responseProbability(stimulus, threshold * more) <= at);
    }),
  );
});

test("performing lowers the threshold, idling raises it, both by time and within bounds", () => {
  assert.ok(Math.abs(adaptThreshold(1, true, 2000, learning) - 0.8) < 1e-12);
  assert.ok(Math.abs(adaptThreshold(1, false, 2000, learning) - 1.02) < 1e-12);
  fc.assert(
    fc.property(
      fc.double({ min: -10, max: 10, noNaN: true }),
      fc.boolean(),
      fc.double({ min: -1e9, max: 1e12, noNaN: true }),
      (threshold, performing, elapsedMs) => {
        const after = adaptThreshold(threshold, performing, elapsedMs, learning);
        assert.ok(after >= learning.min && after <= learning.max);
      },
    ),
  );
});

test("who does the task soon does it more: two equal individuals part ways", () => {
  let [busy, idle] = [1, 1];
  for (let second = 0; second < 60; second++) {
    busy = adaptThreshold(busy, true, 1000, learning);
    idle = adaptThreshold(idle, false, 1000, learning);
  }
  assert.ok(responseProbability(0.5, busy) > 0.75 && responseProbability(0.5, idle) < 0.2);
});
