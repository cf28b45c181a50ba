import assert from "node:assert/strict";
import { test } from "node:test";
import { HOST } from "../core/entity.ts";
import { NO_LOSSES, type ReadingName, type WorkloadInfo } from "../core/reading.ts";
import { isBatch, isLatency, readWorkloads, usesCpu } from "./workload-readings.ts";

const info = (name: string, kind: WorkloadInfo["kind"], more: Partial<WorkloadInfo> = {}): WorkloadInfo => {
  return { name, kind, label: name, cgroup: true, targetNs: kind === "latency" ? 1e6 : 0, ...more };
};

test("each wanted workload comes with its own readings", () => {
  const batch = {
    atMs: 0,
    workloads: [info("/a", "batch"), info("/b", "latency"), info("/c", "unknown")],
    readings: [
      { entity: "w:/a", name: "cpu.cores", value: 2 },
      { entity: "w:/b", name: "cpu.cores", value: 3 },
      { entity: HOST, name: "cpu.cores", value: 5 },
      { entity: "w:/a", name: "tasks", value: 4 },
    ] as const,
    losses: NO_LOSSES,
    events: {},
  };
  const found = readWorkloads(batch, isBatch);
  assert.deepEqual(
    found.map(({ entity, readings }) => [entity, [...readings]]),
    [
      [
        "w:/a",
        [
          ["cpu.cores", 2],
          ["tasks", 4],
        ],
      ],
    ],
  );
  assert.deepEqual(
    readWorkloads(batch, isLatency).map(({ info }) => info.name),
    ["/b"],
  );
});

test("what was told by behaviour is asked to give way inside the scope only", () => {
  const told = { confidence: 0.9 };
  assert.equal(isBatch(info("/a", "batch", { ...told, inScope: true })), true);
  assert.equal(isBatch(info("/a", "batch", { ...told, inScope: false })), false);
  assert.equal(isBatch(info("/a", "batch", told)), false);
  assert.equal(
    isBatch(info("/a", "batch", { inScope: false })),
    true,
    "declared: the guard says no, and people see it",
  );
});

test("what is unknown, or has no knobs, or no target, takes no part", () => {
  assert.equal(isBatch(info("/a", "unknown")), false);
  assert.equal(isBatch(info("exe:cc", "batch", { cgroup: false })), false);
  assert.equal(isLatency(info("/a", "latency", { targetNs: 0 })), false);
});

test("a workload uses the CPU if it has had any; by its wake-ups where usage is not known", () => {
  const uses = (readings: Partial<Record<ReadingName, number>>): boolean =>
    usesCpu(new Map(Object.entries(readings) as [ReadingName, number][]));
  assert.equal(uses({ "cpu.cores": 1, "runq.count": 0 }), true);
  assert.equal(uses({ "cpu.cores": 0.001, "runq.count": 5 }), false);
  assert.equal(uses({ "cpu.cores": 0.001, "pressure.cpu.some": 0.9 }), true, "it is left none");
  assert.equal(uses({ "cpu.cores": 0.001, "pressure.cpu.some": 0.01 }), false);
  assert.equal(uses({ "runq.count": 5 }), true);
  assert.equal(uses({ "runq.count": 0 }), false);
  assert.equal(uses({}), true);
});
