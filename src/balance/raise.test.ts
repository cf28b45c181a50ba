import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../core/random.ts";
import type { WorkloadInfo } from "../core/reading.ts";
import { DemandAgent } from "./demand.ts";
import { MINUTE_MS, Plant } from "./plant.fixture.ts";
import { RAISING, ReflexAgent } from "./relief.ts";
import { isRaised } from "./workload-readings.ts";

/** A plant in which those who wait take more, and nobody gives way. */
function raisedPlant(options: ConstructorParameters<typeof Plant>[0] = {}): Plant {
  const plant = new Plant(options);
  plant.agents = [new DemandAgent(), new ReflexAgent({ leaseMs: 10_000, random: seededRandom(7), cast: RAISING })];
  return plant;
}

test("a service that waits takes ten ordinary shares, and says why", () => {
  const plant = raisedPlant();
  plant.run(5000);
  const first = plant.proposals[0];
  assert.equal(first?.kind, "cpu.weight");
  assert.equal(first?.target, "w:/service");
  assert.equal(first?.value, 1000);
  assert.match(first?.reason ?? "", /^redis takes ten ordinary shares of the CPU: redis waits [\d.]+ ms for a CPU/);
  assert.ok(plant.proposals.every(({ target }) => target === "w:/service"));
});

test("without load it is handed back, and with it taken again", () => {
  const plant = raisedPlant();
  plant.run(MINUTE_MS);
  assert.notEqual(plant.action("cpu.weight", "/service"), "");
  plant.load = 0;
  plant.run(2 * MINUTE_MS);
  assert.equal(plant.action("cpu.weight", "/service"), "");
  plant.load = 1;
  plant.run(10_000);
  assert.notEqual(plant.action("cpu.weight", "/service"), "");
});

test("its own demand counts, not that of others", () => {
  const plant = raisedPlant({ service: "batch" });
  plant.run(MINUTE_MS);
  assert.equal(plant.proposals.length, 0);
});

test("what was only inferred has to be in scope, and to be a group with knobs", () => {
  const declared: WorkloadInfo = { name: "/a", kind: "latency", label: "a", cgroup: true, targetNs: 1e6 };
  const inferred = { ...declared, confidence: 0.9 };
  assert.equal(isRaised(declared), true);
  assert.equal(isRaised({ ...declared, cgroup: false }), false);
  assert.equal(isRaised(inferred), false);
  assert.equal(isRaised({ ...inferred, inScope: false }), false);
  assert.equal(isRaised({ ...inferred, inScope: true }), true);
  assert.equal(isRaised({ ...declared, kind: "batch" }), false);
});
