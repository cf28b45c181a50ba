import assert from "node:assert/strict";
import { test } from "node:test";
import { medianRun, shareReached, solved } from "./summary.ts";
import { TARGETS, type Trial, type UnitResult, expectedRunningTime, runTrial } from "./trial.ts";

const trial = (evaluations: number, reached: number): Trial => {
  return { evaluations, hits: TARGETS.map((_, at) => (at < reached ? at + 1 : 0)) };
};

test("the ladder of targets goes from 100 to 1e-8 in fifths of a power of ten", () => {
  assert.equal(TARGETS.length, 51);
  assert.ok(Math.abs((TARGETS.at(-1) ?? 0) / 1e-8 - 1) < 1e-9 && TARGETS[5] === 10);
});

test("the expected running time counts what was spent in vain", () => {
  const trials = [trial(51, 51), trial(1000, 10), trial(1000, 0)];
  assert.deepEqual(expectedRunningTime(trials, 1e-8), { ert: 2051, successes: 1 });
  assert.deepEqual(expectedRunningTime(trials, 100), { ert: (1 + 1 + 1000) / 2, successes: 2 });
  assert.equal(expectedRunningTime([trial(10, 0)], 1e-8).ert, Infinity);
  assert.equal(medianRun(trials, 100), 1);
  assert.equal(medianRun(trials, 1e-8), Infinity);
});

test("the share reached is over runs and targets", () => {
  const unit: UnitResult = {
    optimiser: "cma",
    function: 1,
    dimension: 2,
    budget: 100,
    trials: [trial(51, 51), trial(200, 0)],
  };
  assert.equal(shareReached([unit], 100), 0.5);
  assert.equal(shareReached([unit], 5), 10 / 102);
  assert.equal(solved([unit]), 1);
});

test("a run ends at its target or its budget, and is the same when run again", () => {
  const unit = { optimiser: "cma", function: 1, dimension: 2, budget: 1000 } as const;
  const first = runTrial(unit, 3);
  assert.deepEqual(runTrial(unit, 3), first);
  assert.equal(first.hits.at(-1), first.evaluations);
  const noisy = runTrial({ optimiser: "random", function: 130, dimension: 5, budget: 20 }, 0);
  assert.equal(noisy.evaluations, 100);
});
