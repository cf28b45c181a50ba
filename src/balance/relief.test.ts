import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { MINUTE_MS, missed, Plant } from "./plant.fixture.ts";

describe("the guard's word", () => {
  test("observe: asks once a lease for what it would do, no more", () => {
    const plant = new Plant({ outcome: "observed" });
    plant.run(MINUTE_MS);
    assert.ok(plant.proposals.length >= 20 && plant.proposals.length <= 28, `${plant.proposals.length} proposals`);
  });

  test("refused: is asked again ever more rarely", () => {
    const plant = new Plant({ refuse: () => "SW-GUARD-SCOPE" });
    plant.run(30 * MINUTE_MS);
    const asked = plant.proposals.filter(({ kind }) => kind === "cpu.weight").length;
    assert.ok(asked >= 4 && asked <= 9, `${asked} times in half an hour`);
  });

  test("one knob refused does not keep the other from helping", () => {
    const plant = new Plant({ refuse: ({ kind }) => (kind === "cpu.weight" ? "SW-GUARD-KNOB" : undefined) });
    plant.run(5000);
    assert.notEqual(plant.action("cpu.idle"), "");
  });

  for (const cause of ["undo", "yield", "restore"] as const) {
    test(`${cause}: the knob is left alone for ten minutes`, () => {
      const plant = new Plant();
      plant.run(5000);
      plant.revert(plant.action("cpu.idle"), cause);
      const revertedMs = plant.nowMs;
      plant.run(15 * MINUTE_MS);
      const next = plant.proposals.find(({ kind, atMs }) => kind === "cpu.idle" && atMs > revertedMs);
      assert.ok((next?.atMs ?? 0) >= revertedMs + 10 * MINUTE_MS);
      assert.notEqual(plant.action("cpu.weight"), "", "the other one is held");
    });
  }

  test("expired by mistake: is asked for again at the next reading", () => {
    const plant = new Plant();
    plant.run(5000);
    plant.revert(plant.action("cpu.idle"), "expired");
    plant.turn();
    plant.turn();
    assert.equal(plant.rung(), 2);
  });

  test("comes while asking, where guard and hive are one process", () => {
    const plant = new Plant({ oneProcess: true });
    plant.run(9000);
    assert.equal(plant.rung(), 2);
    assert.ok(plant.proposals.length <= 6, `${plant.proposals.length} proposals`);
  });

  test("lost: is asked for again, and nothing lapses", () => {
    const plant = new Plant();
    plant.mute = true;
    plant.run(14_000);
    assert.equal(plant.rung(), 2);
    assert.equal(plant.changes.length, 2);
    assert.ok(plant.proposals.length <= 16, `${plant.proposals.length} proposals`);
  });

  test("every proposal says why, with the evidence for it", () => {
    const plant = new Plant();
    plant.run(5000);
    for (const { reason, evidence } of plant.proposals) {
      assert.match(
        reason,
        /^\/batch (takes|runs only) .*: redis waits [\d.]+ ms for a CPU \(99th percentile\), its target is 1 ms$/,
      );
      assert.ok(evidence.length > 0 && evidence.length <= 4);
      for (const piece of evidence) assert.ok(piece.weight > 0 && piece.kind === "runq" && piece.entity === "host");
    }
  });
});

describe("memory", () => {
  test("carries thresholds and holds over a restart", () => {
    const plant = new Plant();
    plant.run(10 * MINUTE_MS);
    const [, reflex] = plant.agents;
    const memory = JSON.parse(JSON.stringify(reflex?.remember?.())) as Record<
      string,
      { holdMs: number; threshold: number }
    >;
    assert.ok((memory["/batch"]?.holdMs ?? 0) >= 80_000);
    assert.equal(memory["/batch"]?.threshold, 0.25);
    const next = new Plant();
    next.agents[1]?.recall?.(memory);
    assert.deepEqual(next.agents[1]?.remember?.(), memory);
    next.run(MINUTE_MS);
    assert.equal(missed(next, 2000), 0, "no probe within a hold that is known to be needed");
  });

  test("that makes no sense is ignored, and what is out of range is cut", () => {
    const [, reflex] = new Plant().agents;
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, maxDepth: 3 }), (memory) => {
        reflex?.recall?.(memory);
      }),
    );
    const plant = new Plant();
    plant.agents[1]?.recall?.({
      "/batch": { threshold: -1e300, holdMs: 1e300 },
      "/x": { threshold: "1", holdMs: null },
    });
    plant.run(5000);
    assert.equal(plant.rung(), 2);
    const memory = plant.agents[1]?.remember?.() as Record<string, { readonly holdMs: number }>;
    assert.equal(memory["/batch"]?.holdMs, 600_000);
  });

  test("is bounded", () => {
    const [, reflex] = new Plant().agents;
    for (const prefix of ["/a", "/b"]) {
      const names = Array.from({ length: 400 }, (_, index) => `${prefix}${index}`);
      reflex?.recall?.(Object.fromEntries(names.map((name) => [name, { threshold: 1, holdMs: 10_000 }])));
    }
    assert.equal(Object.keys(reflex?.remember?.() as object).length, 512);
  });
});
