import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, ok } from "../core/errors.ts";
import type { MeasuredObject } from "./sampler-ports.ts";
import { SensorMeter, type SensorPort } from "./sampler-sensors.ts";

const EVENTS: MeasuredObject = {
  name: "swarms_events",
  descriptors: () => ({ programs: new Map([["on_exec", 10]]), maps: [20, 21] }),
};
/** Shares map 20, the ring, with the first. */
const CALLS: MeasuredObject = {
  name: "swarms_calls",
  descriptors: () => ({ programs: new Map([["on_exit", 11]]), maps: [20] }),
};

/** A kernel whose programs run a thousand times a second, 200 ns each, while statistics are on. */
function kernel(allowed = true) {
  const state = { on: 0, opened: 0, runs: 0, missed: 0 };
  const port: SensorPort = {
    programInfo: (fd) => ({
      id: fd,
      name: "cut",
      jitedBytes: 1,
      runTimeNs: state.runs * 200,
      runs: state.runs,
      missed: state.missed,
    }),
    kernelMemory: (fd) => ({ id: String(fd), bytes: 1000 }),
    enableRunStats: () => {
      if (!allowed) return failed("SW-BPF-LOAD", "EPERM");
      state.on++;
      state.opened++;
      return ok({ close: () => void state.on-- });
    },
  };
  return { state, port };
}

/** Turns every 250 ms; what was told at which moment. */
function turns(meter: SensorMeter, { state }: ReturnType<typeof kernel>, fromMs: number, toMs: number) {
  const told: [number, ReturnType<SensorMeter["turn"]>][] = [];
  for (let at = fromMs; at < toMs; at += 250) {
    const costs = meter.turn([EVENTS, CALLS], at);
    if (costs !== undefined) told.push([at, costs]);
    if (state.on > 0) state.runs += 250;
  }
  return told;
}

test("memory is told at once, what is shared with the first; rates after a window of a second", () => {
  const world = kernel();
  const told = turns(new SensorMeter(world.port), world, 0, 5000);
  assert.deepEqual(told[0], [
    0,
    [
      { name: "events", bytes: 3000, programs: [{ name: "on_exec", id: 10, missed: 0 }] },
      { name: "calls", bytes: 1000, programs: [{ name: "on_exit", id: 11, missed: 0 }] },
    ],
  ]);
  assert.equal(told.length, 2);
  const [atMs, costs] = told[1]!;
  assert.equal(atMs, 1000);
  assert.equal(costs?.[0]?.cores, 0.0002);
  assert.deepEqual(costs?.[0]?.programs, [{ name: "on_exec", id: 10, runsPerSecond: 1000, meanNs: 200, missed: 0 }]);
});

test("statistics are on one second of a minute, of ten seconds while somebody looks, and off at the end", () => {
  const world = kernel();
  const meter = new SensorMeter(world.port);
  turns(meter, world, 0, 600_000);
  assert.equal(world.state.opened, 10);
  assert.equal(world.state.on, 0);
  meter.watching = true;
  turns(meter, world, 600_000, 700_000);
  assert.equal(world.state.opened, 20);
  meter.turn([EVENTS], 700_000);
  assert.equal(world.state.on, 1);
  meter.close();
  assert.equal(world.state.on, 0);
});

test("where the kernel keeps no statistics, memory and missed runs are still told, every minute", () => {
  const world = kernel(false);
  world.state.missed = 7;
  const told = turns(new SensorMeter(world.port), world, 0, 120_000);
  assert.deepEqual(
    told.map(([atMs]) => atMs),
    [0, 60_000],
  );
  assert.equal(told[1]?.[1]?.[0]?.cores, undefined);
  assert.equal(told[1]?.[1]?.[0]?.programs[0]?.missed, 7);
});

test("a program attached during the window has no rates yet", () => {
  const world = kernel();
  const meter = new SensorMeter(world.port);
  meter.turn([EVENTS], 0);
  const costs = meter.turn([EVENTS, CALLS], 1000);
  assert.equal(costs?.[0]?.programs[0]?.runsPerSecond, 0);
  assert.deepEqual(costs?.[1]?.programs, [{ name: "on_exit", id: 11, missed: 0 }]);
});

test("where turns are rare a window is long, and the next comes as much later", () => {
  const { state, port } = kernel();
  const meter = new SensorMeter(port);
  const turnMs = 4000;
  let onMs = 0;
  for (let at = 0; at < 3_600_000; at += turnMs) {
    meter.turn([EVENTS], at);
    onMs += state.on * turnMs;
  }
  assert.ok(onMs / 3_600_000 < 1 / 50, `on for ${onMs} ms of an hour`);
  assert.ok(state.opened > 10, String(state.opened));
});
