import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { defaultConfig } from "../core/config.ts";
import type { ProcessRef } from "../core/entity.ts";
import type { SeenProcess, SensedEvent } from "../core/event.ts";
import { seededRandom } from "../core/random.ts";
import { NO_LOSSES, type ReadingBatch } from "../core/reading.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { Layer } from "./layer.ts";

const WARDEN = 500;
const APP: ProcessRef = { pid: 600, startTicks: 6000 };
const FLOODER: ProcessRef = { pid: 700, startTicks: 7000 };

function newLayer(store = createMemoryStore(), seed = 1): { layer: Layer; clock: FakeClock } {
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
    random: seededRandom(seed),
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

function seen(process: ProcessRef, parent: ProcessRef, path: string): SeenProcess {
  return { process, parent, comm: "app", uid: 1000, path, exe: { dev: 1, ino: 5 }, cgroup: "/app.slice" };
}

function start(pid: number, path: string, ageMs = 1e9): SensedEvent[] {
  const child = { pid, startTicks: pid };
  const atMs = new FakeClock().wallMs() - ageMs;
  const file = { path, exe: { dev: 1, ino: path.length }, ctimeMs: atMs, mtimeMs: atMs };
  return [
    { kind: "fork", ...base(APP), child },
    { kind: "exec", ...base(child), parent: APP, ...file },
  ];
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
    .people.status()
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
    .people.status()
    .signals.flatMap(({ sources }) => sources);
  assert.deepEqual([...new Set(kinds)], ["losses"]);
});

test("wants what its agents want, and what is always followed", () => {
  const { layer } = newLayer();
  assert.deepEqual(layer.wants(), ["exec", "fork", "exit", "connect", "name"]);
});

test("no one is called about wants while they stay as they are", () => {
  const { layer, clock } = newLayer();
  const heard: unknown[] = [];
  layer.onWantsChanged((wants) => heard.push(wants));
  layer.takeReadings(readings(clock, 0, 0));
  layer.useConfig(defaultConfig);
  assert.deepEqual(heard, []);
});

test("until when a host is new to the layer is told where anything would be contained", () => {
  const { layer, clock } = newLayer();
  const beganMs = clock.wallMs();
  layer.takeReadings(readings(clock, 0, 0));
  clock.advance(3_600_000);
  assert.equal(layer.people.status().learning, undefined, "it only observes");
  layer.useConfig({ ...defaultConfig, mode: "enforce" });
  assert.deepEqual(layer.people.status().learning, { tolerantUntilMs: beganMs + 86_400_000 });
  clock.advance(86_400_000);
  assert.equal(layer.people.status().learning, undefined);
});

test("an incident that is open when the layer begins anew goes on: more evidence on it is no second incident", () => {
  const store = createMemoryStore();
  const raise = (seed: number): void => {
    const { layer } = newLayer(store, seed);
    layer.takeSeen([
      seen({ pid: 1, startTicks: 1 }, { pid: 0, startTicks: 0 }, "/usr/lib/systemd/systemd"),
      seen(APP, { pid: 1, startTicks: 1 }, "/usr/bin/app"),
    ]);
    for (let i = 0; i < 60; i++) layer.takeEvents(start(2000 + i, "/usr/bin/date"));
    layer.takeEvents(start(3000, "/tmp/payload", 1000));
    assert.equal(layer.people.status().incidents.open, 1);
  };
  raise(1);
  const [first] = store.incidents(10);
  raise(2);
  const [second, ...others] = store.incidents(10);
  assert.deepEqual(others, []);
  assert.equal(second?.id, first?.id);
  assert.ok(first !== undefined && second !== undefined && second.lastMs >= first.lastMs);
});

test("status counts the rules in force and says what is wrong with the latest files", async () => {
  const { layer } = newLayer();
  const rule = "- rule: r\n  desc: d\n  condition: evt.type = execve\n  output: o\n  priority: INFO\n";
  const use = (text: string): Promise<void> =>
    layer.useRules({
      sources: [{ file: "r.yaml", text }],
      missing: [],
      matching: "all",
      hostname: "h",
      users: [],
      groups: [],
    });
  assert.equal(layer.people.status().rules, undefined);
  await use(rule);
  assert.deepEqual([layer.people.status().rules?.inForce, layer.people.status().missing], [1, []]);
  await use(rule.replace("evt.type", "evt.typ"));
  const { rules, missing } = layer.people.status();
  assert.deepEqual([rules?.inForce, missing], [1, [rules?.latest.says]]);
  assert.match(missing[0] ?? "", /r\.yaml:3:.*evt\.typ/);
  await use(rule);
  assert.deepEqual(layer.people.status().missing, []);
});
