import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type ActionKind, specOf } from "../core/action.ts";
import { workloadKey } from "../core/entity.ts";
import type { ReadingName, WorkloadKind } from "../core/reading.ts";
import {
  dimensionsOf,
  pointOf,
  SEARCH_KNOBS,
  settingsAt,
  type Situation,
  type SpaceLimits,
  spaceOf,
  valuesOf,
} from "./knob-space.ts";
import type { ReadWorkload } from "./workload-readings.ts";

const CALM: Situation = { cpus: 4, stuck: false, ownMetric: true };
const ALL: SpaceLimits = { enforces: () => true, isFree: () => true };

function workload(name: string, kind: WorkloadKind, readings: Partial<Record<ReadingName, number>> = {}): ReadWorkload {
  const info = { name, kind, label: "", cgroup: true, targetNs: kind === "latency" ? 1e6 : 0 };
  const all = Object.entries({ "cpu.cores": 1, ...readings }) as [ReadingName, number][];
  return { info, entity: workloadKey(name), readings: new Map(all) };
}

const SERVICE = workload("/service", "latency");
const BATCH = workload("/batch", "batch", { "memory.bytes": 1 << 30, "io.read.bytes": 1e8 });
const keys = (workloads: readonly ReadWorkload[], situation = CALM, limits = ALL): string[] =>
  dimensionsOf(workloads, situation, limits).map(({ key }) => key);

describe("what may be turned", () => {
  test("every level lies within the bounds of its kind, in whole numbers", () => {
    for (const knob of SEARCH_KNOBS)
      for (const level of knob.levels(BATCH.readings, CALM)) {
        const { min, max } = specOf(knob.kind);
        assert.ok(Number.isInteger(level) && level >= min && level <= max, `${knob.kind} ${level}`);
      }
  });

  test("is the service's slice, and the batch work's slice, weight, idleness, quota, memory and disk", () => {
    assert.deepEqual(keys([SERVICE, BATCH]), [
      "sched.slice w:/service",
      "sched.slice w:/batch",
      "cpu.weight w:/batch",
      "cpu.idle w:/batch",
      "cpu.max w:/batch",
      "memory.high w:/batch",
      "io.weight w:/batch",
    ]);
  });

  test("where batch work is measured as CPU time, is only what takes none away", () => {
    assert.deepEqual(keys([SERVICE, BATCH], { ...CALM, ownMetric: false }), [
      "sched.slice w:/service",
      "sched.slice w:/batch",
    ]);
  });

  test("while targets are missed for long, is nothing that the reflex has", () => {
    const found = dimensionsOf([SERVICE, BATCH], { ...CALM, stuck: true }, ALL);
    assert.ok(found.length > 0 && found.every(({ knob }) => !knob.shared));
  });

  test("leaves out what the mode does not let be done, what is not free, idle batch work, and memory and disks that it hardly uses", () => {
    const enforces = (kind: ActionKind): boolean => kind !== "cpu.max";
    const isFree = (key: string): boolean => key !== "cpu.idle w:/batch";
    const small = workload("/batch", "batch", { "memory.bytes": 1 << 20, "io.read.bytes": 10 });
    const asleep = workload("/asleep", "batch", { "cpu.cores": 0 });
    assert.deepEqual(keys([small, asleep], CALM, { enforces, isFree }), [
      "sched.slice w:/batch",
      "cpu.weight w:/batch",
    ]);
  });

  test("is that of the three busiest, where there are many", () => {
    const many = Array.from({ length: 9 }, (_, at) => workload(`/b${at}`, "batch", { "cpu.cores": at }));
    const names = new Set(keys(many).map((key) => key.split(" ")[1]));
    assert.deepEqual([...names].toSorted(), ["w:/b6", "w:/b7", "w:/b8"]);
  });
});

describe("a point", () => {
  const dimensions = dimensionsOf([SERVICE, BATCH], CALM, ALL);

  test("of zeros leaves everything alone; each level is one value", () => {
    assert.deepEqual(
      settingsAt(
        dimensions,
        dimensions.map(() => 0),
      ),
      [],
    );
    const [slice, , weight] = settingsAt(
      dimensions,
      dimensions.map(() => 1),
    );
    assert.deepEqual([slice?.value, weight?.value], [1000, 30]);
    assert.deepEqual(
      spaceOf(dimensions)
        .map(({ low, high }) => [low, high])
        .slice(0, 4),
      [
        [0, 3],
        [0, 3],
        [0, 4],
        [0, 1],
      ],
    );
  });

  test("comes back from its settings, also where levels have moved since", () => {
    const point = [2, 0, 3, 0, 1, 2, 0];
    const settings = settingsAt(dimensions, point);
    assert.deepEqual(pointOf(dimensions, valuesOf(settings)), point);
    const other = new Map([
      ["memory.high w:/batch", 800],
      ["cpu.weight w:/gone", 10],
    ]);
    assert.deepEqual(pointOf(dimensions, other), [0, 0, 0, 0, 0, 2, 0], "750 of 1024 MiB is nearest to 800");
  });
});
