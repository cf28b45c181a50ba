import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { defaultConfig } from "../core/config.ts";
import type { ProcessRef } from "../core/entity.ts";
import type { SensedEvent } from "../core/event.ts";
import { seededRandom } from "../core/random.ts";
import { NO_LOSSES, type ReadingBatch } from "../core/reading.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { Layer } from "./layer.ts";

const WARDEN = 500;
const FLOODER: ProcessRef = { pid: 700, startTicks: 7000 };

function newLayer(store = createMemoryStore()): { layer: Layer; clock: FakeClock } {
  const clock = new FakeClock();
  const nobody = (): Promise<never> => Promise.reject(new Error("nobody asks"));
  const layer = new Layer({
    hello: {
      version: "test",
      config: defaultConfig,
      folder: "/nowhere",
      events: "ebpf",
      missing: [],
      bootWallMs: 0,
      wardenPid: WARDEN,
    },
    arrangement: "warden and hive",
    clock,
    random: seededRandom(1),
    store,
    guard: { propose: () => undefined, undo: nobody, restore: nobody, watch: () => undefined },
  });
  return { layer, clock };
}

function base(
  process: ProcessRef,
): Pick<SensedEvent, "atNs" | "process" | "comm" | "uid" | "cgroupId" | "cpuCgroupId"> {
  return { atNs: 0, process, comm: "flooder", uid: 1000, cgroupId: 9, cpuCgroupId: 9 };
}

function exits(doer: ProcessRef, count: number): SensedEvent[] {
  return Array.from({ length: count }, () => ({ kind: "exit", ...base(doer), status: 0 }) as const);
}

function readings(clock: FakeClock, made: number, lost: number): ReadingBatch {
  const counts = { events: { exit: made }, lost: { exit: lost } };
  return { atMs: clock.wallMs(), workloads: [], readings: [], losses: NO_LOSSES, ...counts };
}

function flood(doer: ProcessRef): Layer {
  const { layer, clock } = newLayer();
  layer.takeReadings(readings(clock, 0, 0));
  layer.takeEvents(exits(doer, 3000));
  clock.advance(1000);
  layer.takeReadings(readings(clock, 60_000, 57_000));
  return layer;
}

test("a flood is noticed from what came through: who made it, and that the host is seen in part", () => {
  const signals = flood(FLOODER)
    .status()
    .signals.filter(({ pheromone }) => pheromone === "danger");
  assert.deepEqual(
    signals.map(({ entity, sources }) => [entity, sources]),
    [
      ["host", ["losses"]],
      ["p:700@7000", ["flood"]],
    ],
  );
});

test("the layer does not accuse itself", () => {
  const kinds = flood({ pid: WARDEN, startTicks: 1 })
    .status()
    .signals.flatMap(({ sources }) => sources);
  assert.deepEqual([...new Set(kinds)], ["losses"]);
});

test("wants what its agents want, and what is always followed", () => {
  const { layer } = newLayer();
  assert.deepEqual(layer.wants(), ["exec", "fork", "exit", "connect"]);
});

test("no one is called about wants while they stay as they are", () => {
  const { layer, clock } = newLayer();
  const heard: unknown[] = [];
  layer.onWantsChanged((wants) => heard.push(wants));
  layer.takeReadings(readings(clock, 0, 0));
  layer.useConfig(defaultConfig);
  assert.deepEqual(heard, []);
});
