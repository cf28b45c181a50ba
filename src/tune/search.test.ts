import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../core/random.ts";
import { createOptimiser } from "../swarm/optimisers/index.ts";
import { search } from "./search.ts";
import type { Ask, Found, Outcome, SearchPlan } from "./search-plan.ts";

const SPACE = [
  { name: "a", low: 1, high: 100, scale: "log" },
  { name: "b", low: 0, high: 7, integer: true },
] as const;
const BEST = [12, 5] as const;

/** Lower is better; 1 at the best, about 3 at the start. */
const bowl = ([a = 0, b = 0]: readonly number[]): number =>
  1 + Math.log10(a / BEST[0]) ** 2 + 0.1 * Math.abs(b - BEST[1]);

function planOf(seed: number, change: Partial<SearchPlan> = {}): SearchPlan {
  return {
    space: SPACE,
    start: [1, 0],
    direction: "lower",
    budget: { runs: 300 },
    warmUps: 1,
    repeats: 1,
    confidence: 0.95,
    smallestEffect: 0.01,
    random: new RandomStream(seed),
    keyOf: String,
    optimiser: (noisy) => createOptimiser("de", { space: SPACE, seed, noisy, start: [[1, 0]] }),
    ...change,
  };
}

interface Went {
  readonly found: Found;
  readonly asks: readonly Ask[];
  readonly outcomes: readonly Outcome[];
}

function go(plan: SearchPlan, measure: (ask: Ask, run: number) => { value: number; broke?: boolean }): Went {
  const steps = search(plan);
  const asks: Ask[] = [];
  const outcomes: Outcome[] = [];
  for (let step = steps.next(); ;) {
    if (step.done === true) return { found: step.value, asks, outcomes };
    asks.push(step.value);
    const outcome = { broke: false, elapsedMs: asks.length * 1000, ...measure(step.value, asks.length) };
    outcomes.push(outcome);
    step = steps.next(outcome);
  }
}

const noisy = (seed: number, noise: number, drift = 0): ((ask: Ask, run: number) => { value: number }) => {
  const random = new RandomStream(seed + 1000);
  return ({ point }, run) => ({ value: bowl(point) * Math.exp(noise * random.normal() + drift * run) });
};

test("finds what is far better than the default, under noise, and confirms it", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { found, asks } = go(planOf(seed), noisy(seed, 0.05));
    assert.ok(found.best !== undefined && bowl(found.best) < 1.6, `seed ${seed}: ${String(found.best)}`);
    assert.equal(found.confirmation?.state, "better");
    assert.ok(asks.length <= 300 && found.runs === asks.length);
  }
});

test("keeps the default where nothing matters: a best of chance is not confirmed more often than allowed", () => {
  const random = new RandomStream(5);
  const confirmed = Array.from({ length: 100 }, (_, seed) =>
    go(planOf(seed), () => ({ value: Math.exp(0.2 * random.normal()) })),
  ).filter(({ found }) => found.confirmation?.state === "better");
  assert.ok(confirmed.length <= 2, `${confirmed.length} of 100`);
});

test("drift of the host between early and late runs is no gain", () => {
  for (let seed = 0; seed < 10; seed++) {
    const { found } = go(planOf(seed, { start: [12, 5] }), noisy(seed, 0.02, -0.004));
    assert.ok(found.confirmation?.state !== "better", `seed ${seed}: ${String(found.best)}`);
  }
});

test("a value that repeats to the last digit is measured once for each setting", () => {
  const { found, asks } = go(planOf(1), ({ point }) => ({ value: bowl(point) }));
  assert.ok(found.best !== undefined && bowl(found.best) < 1.2, String(found.best));
  assert.equal(found.confirmation?.state, "better");
  assert.equal(asks.filter(({ role }) => role === "incumbent").length, 0);
  const candidates = asks.filter(({ role }) => role === "candidate").map(({ point }) => String(point));
  assert.equal(new Set(candidates).size, candidates.length);
});

test("ends by itself once every setting of a small space is settled", () => {
  const space = [{ name: "level", low: 1, high: 5, integer: true }] as const;
  const plan = planOf(2, {
    space,
    start: [3],
    budget: { runs: 100_000 },
    optimiser: (noisy) => createOptimiser("random", { space, seed: 2, noisy }),
  });
  const { found, asks } = go(plan, ({ point: [level = 0] }) => ({ value: 10 - level }));
  assert.deepEqual([found.ended, found.best, found.confirmation?.state], ["exhausted", [5], "better"]);
  assert.ok(asks.length < 40, `${asks.length} runs`);
});

test("a candidate that breaks a constraint is measured once and never wins", () => {
  let measured = 0;
  const { found } = go(planOf(3), ({ point: [, b = 0], role }) => {
    const broke = b >= 4;
    if (broke && role === "candidate") measured++;
    return { value: broke ? 0.01 : 10 - b, broke };
  });
  assert.ok(found.best?.[1] === 3, String(found.best));
  assert.ok(measured > 0);
  const broke = found.tried.filter(({ state }) => state === "broke");
  assert.equal(broke.length, measured);
});

test("a default that fails each time ends it at once", () => {
  const { found, asks } = go(planOf(4), () => ({ value: Number.NaN, broke: true }));
  assert.deepEqual([found.ended, asks.length], ["default fails", 5]);
});

test("the same outcomes lead to the same questions: a history is all that is needed to go on", () => {
  const whole = go(planOf(7), noisy(7, 0.1));
  for (const cut of [0, 1, 6, 50, whole.asks.length - 1]) {
    const steps = search(planOf(7));
    let step = steps.next();
    for (const outcome of whole.outcomes.slice(0, cut)) step = steps.next(outcome);
    for (let at = cut; step.done !== true; at++) {
      assert.deepEqual(step.value, whole.asks[at]);
      step = steps.next(whole.outcomes[at]!);
    }
    assert.deepEqual(step.value, whole.found);
  }
});

test("a budget of minutes is kept too", () => {
  const { asks } = go(planOf(8, { budget: { minutes: 2 } }), noisy(8, 0.1));
  assert.ok(asks.length >= 90 && asks.length <= 122, `${asks.length} runs of a second each`);
});
