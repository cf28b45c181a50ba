import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PRESSURE_TARGETS } from "../core/pressure-target.ts";
import type { Resource } from "./ladder.ts";
import { MINUTE_MS, missed, Plant, type PlantOptions, stalledShare } from "./plant.fixture.ts";

const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);
const HALF_HOUR = 30 * MINUTE_MS;

/** What the ladder of each resource may come to on a host where everything is allowed. */
const KINDS: Readonly<Record<Resource, readonly string[]>> = {
  cpu: ["cpu.weight", "cpu.idle", "cpu.max"],
  memory: ["memory.high", "memory.reclaim"],
  io: ["io.weight", "io.max"],
};

function crowded(resource: Resource, more: PlantOptions = {}): Plant {
  return new Plant({ crowded: resource, ...more });
}

/** Share of the turns that missed the target. */
function late(plant: Plant, resource: Resource, fromMs: number): number {
  return resource === "cpu" ? missed(plant, fromMs) : stalledShare(plant, fromMs, PRESSURE_TARGETS[resource]);
}

/** Turns from down to up in half an hour: what a limit cycle would be made of. */
function cycles(plant: Plant, fromMs: number): number {
  return plant.changes.filter(({ on, atMs }) => on && atMs > fromMs).length;
}

for (const resource of ["cpu", "memory", "io"] as const)
  describe(`${resource}:`, () => {
    test("a step of load is met within five seconds, whatever the draws", () => {
      for (const seed of SEEDS) {
        const plant = crowded(resource, { seed });
        plant.load = 0;
        plant.run(10_000);
        assert.deepEqual(plant.proposals, [], "nothing to do on a quiet host");
        plant.load = 1;
        const stepMs = plant.nowMs;
        plant.run(20_000);
        // Reclaim takes its time: the service is inside its target when the last step of the ladder has shown.
        const settled = resource === "memory" ? 14_000 : 5000;
        assert.ok(
          late(plant, resource, stepMs + settled) < 0.1,
          `seed ${seed}: ${late(plant, resource, stepMs + settled)}`,
        );
        for (const { kind } of plant.proposals) assert.ok(KINDS[resource].includes(kind), kind);
      }
    });

    test("lasting load makes no limit cycle", () => {
      const plant = crowded(resource);
      plant.run(2 * HALF_HOUR);
      assert.ok(cycles(plant, HALF_HOUR) <= 12, `${cycles(plant, HALF_HOUR)} settings taken in the second half hour`);
      assert.ok(late(plant, resource, MINUTE_MS) < 0.03, `${late(plant, resource, MINUTE_MS)}`);
    });

    test("a square wave is not followed up and down", () => {
      const plant = crowded(resource);
      plant.run(HALF_HOUR, (sinceMs) => {
        plant.load = Math.floor(sinceMs / 30_000) % 2 === 0 ? 1 : 0;
      });
      assert.ok(cycles(plant, MINUTE_MS) <= 30, `${cycles(plant, MINUTE_MS)} for 30 waves`);
      assert.ok(late(plant, resource, MINUTE_MS) < 0.05, `${late(plant, resource, MINUTE_MS)}`);
    });

    test("a ramp is met as it rises", () => {
      const plant = crowded(resource);
      plant.run(2 * MINUTE_MS, (sinceMs) => {
        plant.load = sinceMs / (2 * MINUTE_MS);
      });
      assert.ok(plant.changes.length <= 10, `${plant.changes.length} changes`);
      assert.ok(late(plant, resource, 0) < 0.2, `${late(plant, resource, 0)}`);
    });

    test("noise is met without flutter", () => {
      for (const seed of SEEDS.slice(0, 3)) {
        const plant = crowded(resource, { seed, noise: 0.5 });
        plant.run(HALF_HOUR);
        assert.ok(plant.changes.length <= 40, `${plant.changes.length} changes in half an hour`);
        // Of pressure one turn says little: it is measured by what is far over its target.
        const share =
          resource === "cpu"
            ? missed(plant, MINUTE_MS)
            : stalledShare(plant, MINUTE_MS, PRESSURE_TARGETS[resource] * 1.5);
        assert.ok(share < 0.08, `${share}`);
      }
    });

    test("noise within the target moves nothing", () => {
      const plant = crowded(resource, { noise: 0.3 });
      plant.appetite.set("/batch", resource === "cpu" ? 0.1 : 0.42);
      plant.run(HALF_HOUR);
      assert.deepEqual(plant.changes, []);
    });

    test("when the load has gone, everything is handed back", () => {
      const plant = crowded(resource);
      plant.run(30_000);
      assert.ok(plant.changes.length > 0);
      plant.load = 0;
      plant.run(3 * MINUTE_MS);
      for (const kind of KINDS[resource]) assert.equal(plant.action(kind as "cpu.idle"), "", kind);
    });
  });

describe("of the ladder", () => {
  test("no quota where idle is enough", () => {
    const plant = crowded("cpu");
    plant.run(HALF_HOUR);
    assert.ok(!plant.proposals.some(({ kind }) => kind === "cpu.max"));
  });

  test("a quota where idle is not enough", () => {
    const plant = crowded("cpu", { hogs: { "/batch": {}, "/others": { kind: "unknown" } } });
    plant.run(MINUTE_MS);
    assert.notEqual(plant.action("cpu.max"), "");
  });

  test("what is only observed is passed over where something is in force", () => {
    const plant = crowded("cpu", { observed: ["cpu.idle"] });
    plant.run(MINUTE_MS);
    assert.notEqual(plant.action("cpu.weight"), "");
    assert.notEqual(plant.action("cpu.max"), "");
  });

  test("where everything is only observed, the last resort is not even asked for", () => {
    const plant = crowded("cpu", { outcome: "observed" });
    plant.run(MINUTE_MS);
    assert.deepEqual([...new Set(plant.proposals.map(({ kind }) => kind))].sort(), ["cpu.idle", "cpu.weight"]);
  });

  test("memory.high observed, reclaim named: what is allowed is done", () => {
    const plant = crowded("memory", { observed: ["memory.high"] });
    plant.run(MINUTE_MS);
    assert.notEqual(plant.action("memory.reclaim"), "");
  });

  test("memory steps are of what it had before the first, and no smaller each time", () => {
    const plant = crowded("memory");
    plant.run(HALF_HOUR);
    const values = new Set(plant.proposals.filter(({ kind }) => kind === "memory.high").map(({ value }) => value));
    assert.ok(
      [...values].every((value) => value >= 500),
      `${[...values]}`,
    );
  });
});

describe("starving", () => {
  test("a batch job beside work that takes all there is goes back to its weight", () => {
    const plant = crowded("cpu", { hogs: { "/batch": {}, "/others": { kind: "unknown" } } });
    plant.run(10_000);
    assert.notEqual(plant.action("cpu.idle"), "");
    plant.undeclared = 0.95;
    plant.run(30_000);
    assert.equal(plant.action("cpu.idle"), "");
    assert.notEqual(plant.action("cpu.weight"), "");
  });

  test("beside a service alone it does not: that is what idle is for", () => {
    const plant = crowded("cpu");
    plant.run(10_000);
    plant.served = 0.95;
    plant.run(60_000);
    assert.notEqual(plant.action("cpu.idle"), "");
  });
});
