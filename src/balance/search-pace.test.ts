import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PHEROMONES } from "../core/agent.ts";
import { HOST } from "../core/entity.ts";
import { Field } from "../swarm/field.ts";
import { GATE, SearchGate } from "./search-gate.ts";
import type { Moment } from "./search-objective.ts";
import { PACE, SearchPace } from "./search-pace.ts";
import { SearchPhase } from "./search-phase.ts";

describe("the pace", () => {
  test("is half as fast after each search that found nothing, down to one in four hours; a new phase forgets that", () => {
    const pace = new SearchPace();
    let nowMs = 0;
    const rests = Array.from({ length: 9 }, () => {
      pace.foundNothing(nowMs);
      const fromMs = nowMs;
      while (!pace.isDue(nowMs)) nowMs += 60_000;
      return (nowMs - fromMs) / 60_000;
    });
    assert.deepEqual(rests, [5, 10, 20, 40, 80, 160, 240, 240, 240]);
    pace.foundNothing(nowMs);
    pace.anew();
    assert.ok(pace.isDue(nowMs));
  });

  test("lets no more be spent than its budget, which comes back over the hour", () => {
    const pace = new SearchPace();
    let spentMs = 0;
    for (; pace.hasBudget; spentMs += 1000) pace.passed(1000, true);
    assert.ok(spentMs >= PACE.budgetMs && spentMs <= PACE.budgetMs * 1.6, `${spentMs}`);
    pace.passed(PACE.perMs, false);
    assert.ok(pace.hasBudget);
  });

  test("goes on after a restart with the wait that was left; nonsense is ignored", () => {
    const before = new SearchPace();
    before.foundNothing(0);
    const saved: unknown = JSON.parse(JSON.stringify(before.save(60_000)));
    const after = new SearchPace();
    after.load(saved, 5);
    assert.deepEqual([after.isDue(5 + PACE.restMs - 60_001), after.isDue(5 + PACE.restMs - 60_000)], [false, true]);
    for (const bad of [undefined, null, 7, {}, { waitMs: "1", restMs: 2 }, { waitMs: Number.NaN, restMs: 1 }]) {
      const fresh = new SearchPace();
      fresh.load(bad, 0);
      assert.ok(fresh.isDue(0));
    }
  });
});

describe("the gate", () => {
  /** What it says at each second of a course of demand. */
  const say = (demands: readonly number[]): string[] => {
    const field = new Field({ pheromones: PHEROMONES });
    const gate = new SearchGate();
    return demands.map((demand, second) => {
      field.advance(second * 1000);
      if (demand > 0) field.deposit(HOST, "demand.cpu", "test", demand);
      return gate.sense(field, second * 1000);
    });
  };
  const seconds = (demand: number, count: number): number[] => Array.from({ length: count }, () => demand);
  const calm = GATE.calmMs / 1000;
  const stuck = GATE.stuckMs / 1000;

  test("opens after half a minute without demand, and closes with the first that is felt", () => {
    const said = say([...seconds(0, calm + 2), 2, ...seconds(0, 3)]);
    assert.deepEqual([said[0], said[calm], said[calm + 2], said.at(-1)], ["felt", "calm", "felt", "felt"]);
  });

  test("says that the reflex is at its end where demand has lasted, until all is calm", () => {
    const said = say([...seconds(2, stuck + 2), ...seconds(0, calm - 5), ...seconds(2, 2), ...seconds(0, calm + 8)]);
    assert.equal(said[stuck - 1], "felt");
    assert.deepEqual([...new Set(said.slice(stuck, -12))], ["stuck"]);
    assert.equal(said.at(-1), "calm");
  });

  test("is not told that by demand with rests between", () => {
    const said = say(Array.from({ length: 8 }, () => [...seconds(2, 20), ...seconds(0, calm + 10)]).flat());
    assert.ok(!said.includes("stuck"));
  });
});

describe("a phase", () => {
  const moment = (part: Partial<Moment> = {}): Moment => {
    return { progress: 1, over: -1, excess: 0, load: 11, cast: "a b", ownMetric: true, ...part };
  };
  const run = (phase: SearchPhase, turns: number, part: Partial<Moment> = {}, steady = true): string[] =>
    Array.from({ length: turns }, (_, turn) =>
      phase.sense(moment({ load: 11 + 0.05 * Math.sin(turn), ...part }), { steady, turnMs: 250 }),
    ).filter((why) => why !== undefined);

  test("ends when load doubles, batch work halves, or others take part, each within seconds", () => {
    for (const part of [{ load: 12 }, { progress: 0.3 }, { cast: "a b c" }]) {
      const phase = new SearchPhase();
      assert.deepEqual(run(phase, 240), []);
      assert.equal(run(phase, 40, part).length, 1, JSON.stringify(part));
      assert.deepEqual(run(phase, 240, part), [], "and the new one stays");
    }
  });

  test("does not end by what a candidate does, nor by a workload that flickers", () => {
    const phase = new SearchPhase();
    run(phase, 240);
    assert.deepEqual(run(phase, 40, { progress: 0.2, load: 12 }, false), []);
    for (let turn = 0; turn < 20; turn++) assert.deepEqual([...run(phase, 8, { cast: "a" }), ...run(phase, 4)], []);
  });
});
