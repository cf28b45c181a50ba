import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ActionKind } from "../core/action.ts";
import { emptyTrails, MINUTE_MS } from "./search-host.fixture.ts";
import { HOUR_MS, host, minutesTo, oneKnob } from "./search-scene.fixture.ts";

describe("a winner in force", () => {
  const kinds: readonly ActionKind[] = ["sched.slice"];

  test("is dropped when it is no longer better than doing nothing", () => {
    const made = host({ kinds, effect: oneKnob });
    assert.ok(minutesTo(made, ["sched.slice /batch 15000"], 2 * HOUR_MS) < 120);
    made.effect = () => ({});
    assert.ok(made.run(HOUR_MS, () => made.kept.length === 0) < HOUR_MS);
    made.run(MINUTE_MS);
  });

  test("is renewed while it holds, asked ever more seldom whether it does", () => {
    const made = host({ kinds, effect: oneKnob });
    minutesTo(made, ["sched.slice /batch 15000"], 2 * HOUR_MS);
    made.run(HOUR_MS, () => !made.agent.searches);
    let searches = 0;
    let wasSearching = false;
    made.run(8 * HOUR_MS, () => {
      if (made.agent.searches && !wasSearching) searches++;
      wasSearching = made.agent.searches;
      return false;
    });
    assert.deepEqual(made.kept, ["sched.slice /batch 15000"]);
    assert.ok(searches >= 2 && searches <= 8, `${searches}`);
  });

  test("that a person takes back is left alone, and its trail fades", () => {
    const trails = emptyTrails();
    const made = host({ kinds, effect: oneKnob, trails });
    minutesTo(made, ["sched.slice /batch 15000"], 2 * HOUR_MS);
    made.run(HOUR_MS, () => !made.agent.searches);
    made.run(5000);
    made.revert(made.action("sched.slice"), "undo");
    const asked = made.proposals.length;
    made.run(30 * MINUTE_MS);
    assert.deepEqual(made.kept, []);
    assert.equal(made.proposals.slice(asked).filter(({ target }) => target === "w:/batch").length, 0);
    const [trail] = trails.trails() as { readonly strength: number }[];
    assert.ok(trail === undefined || trail.strength < 1);
  });

  test("that is stopped with its process leaves nothing behind", () => {
    const made = host({ kinds, effect: oneKnob });
    minutesTo(made, ["sched.slice /batch 15000"], 2 * HOUR_MS);
    made.run(HOUR_MS, () => !made.agent.searches);
    made.run(4000);
    // Readings that are left out for a moment end nothing.
    made.hasBatch = false;
    made.run(3000);
    made.hasBatch = true;
    made.run(12_000);
    assert.equal(made.settings.length, 1);
    made.hasBatch = false;
    made.run(18_000);
    assert.deepEqual(made.settings, []);
  });
});

describe("knobs that cannot be had", () => {
  for (const outcome of ["observed", "advised", "refused"] as const)
    test(`are asked for once and then left out: ${outcome}`, () => {
      const made = host({
        outcome: (kind) => (kind === "cpu.weight" ? outcome : "applied"),
        effect: (value) => ({ work: value("sched.slice", "/batch") === 15_000 ? 1.2 : 1 }),
      });
      made.run(50 * MINUTE_MS);
      assert.ok(made.proposals.filter(({ kind }) => kind === "cpu.weight").length <= 1);
      assert.deepEqual(made.kept, ["sched.slice /batch 15000"]);
    });

  test("are left out value by value where only the value is out of bounds", () => {
    const made = host({
      code: "SW-GUARD-STEP",
      outcome: (_, value) => (value === 50_000 ? "refused" : "applied"),
      kinds: ["sched.slice"],
      effect: oneKnob,
    });
    assert.ok(minutesTo(made, ["sched.slice /batch 15000"]) < 60);
    assert.ok(made.proposals.filter(({ value }) => value === 50_000).length <= 1);
  });
});
