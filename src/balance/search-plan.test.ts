import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { seededRandom } from "../core/random.ts";
import { createOptimiser } from "../swarm/optimisers/index.ts";
import { type Attempt, PLAN, SearchPlan } from "./search-plan.ts";

const SPACE = [3, 2, 1].map((high, at) => ({ name: `k${at}`, low: 0, high, integer: true }));

function plan(seed = 1, first: ConstructorParameters<typeof SearchPlan>[2] = {}): SearchPlan {
  return new SearchPlan(createOptimiser("random", { space: SPACE, seed }), seededRandom(seed), first);
}

const LOST = { gain: -0.1, won: false } as const;

/** What is asked for until the end, each answered. */
function all(made: SearchPlan, answer: (attempt: Attempt) => Parameters<SearchPlan["took"]>[1]): Attempt[] {
  const attempts: Attempt[] = [];
  for (let next = made.next(); next !== undefined && attempts.length < 200; next = made.next()) {
    attempts.push(next);
    made.took(next, answer(next));
  }
  return attempts;
}

describe("what is tried", () => {
  test("is never the same twice, never what is in force, and drawn by each in turn", () => {
    for (let seed = 0; seed < 20; seed++) {
      const attempts = all(plan(seed), () => LOST);
      const points = attempts.map(({ point }) => point.join());
      assert.equal(new Set(points).size, points.length);
      assert.ok(!points.includes("0,0,0"));
      assert.equal(attempts.length, PLAN.patience);
      for (const origin of ["optimiser", "neighbour", "random"])
        assert.ok(
          attempts.some((attempt) => attempt.origin === origin),
          `seed ${seed}: no ${origin}`,
        );
    }
  });

  test("ends where all points are known, before patience does", () => {
    const space = [{ name: "k", low: 0, high: 3, integer: true }];
    const made = new SearchPlan(createOptimiser("random", { space, seed: 1 }), seededRandom(1));
    assert.deepEqual(
      all(made, () => LOST)
        .map(({ point }) => point[0])
        .toSorted(),
      [1, 2, 3],
    );
  });

  test("begins with what is remembered, or with doing nothing where a winner is in doubt", () => {
    assert.deepEqual(plan(1, { remembered: [1, 1, 0] }).next(), { point: [1, 1, 0], origin: "remembered" });
    const doubting = plan(1, { doubt: true });
    doubting.startAt([1, 0, 0]);
    assert.deepEqual(doubting.next(), { point: [0, 0, 0], origin: "nothing" });
  });

  test("after a win goes on from there: first with one knob less, and once with none", () => {
    const made = plan(2, { remembered: [2, 1, 0] });
    const attempts = all(made, ({ origin }) => (origin === "remembered" ? { gain: 0.2, won: true } : LOST));
    assert.deepEqual(
      attempts.slice(1, 3).map(({ point, origin }) => [point.join(), origin]),
      [
        ["0,1,0", "simpler"],
        ["2,0,0", "simpler"],
      ],
    );
    assert.equal(attempts.filter(({ origin }) => origin === "nothing").length, 1);
    const steps = attempts.filter(({ origin }) => origin === "neighbour").map(({ point }) => point);
    assert.ok(steps.length > 0);
    for (const point of steps)
      assert.equal(Math.abs((point[0] ?? 0) - 2) + Math.abs((point[1] ?? 0) - 1) + (point[2] ?? 0), 1, point.join());
  });
});
