import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayerPort } from "../api/port.ts";
import type { Decision, Outcome, Proposal } from "../core/action.ts";
import { FakeClock } from "../core/clock.ts";
import { defaultConfig } from "../core/config.ts";
import type { ProcessRef } from "../core/entity.ts";
import type { SeenProcess, SensedEvent } from "../core/event.ts";
import { seededRandom } from "../core/random.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { Layer } from "./layer.ts";

const APP: ProcessRef = { pid: 600, startTicks: 6000 };

interface Scene {
  readonly layer: Layer;
  readonly people: LayerPort;
  readonly clock: FakeClock;
  readonly id: string;
  readonly proposals: readonly Proposal[];
}

/** A layer in which an application, known for its one program, has started a file written a second ago. */
function scene(): Scene {
  const proposals: Proposal[] = [];
  const clock = new FakeClock();
  const layer = new Layer({
    hello: {
      version: "test",
      config: defaultConfig,
      folder: "/nowhere",
      events: "ebpf",
      missing: [],
      bootWallMs: 0,
      wardenPid: 500,
    },
    arrangement: "warden and hive",
    clock,
    random: seededRandom(1),
    store: createMemoryStore(),
    guard: {
      propose: (proposal) => void proposals.push(proposal),
      undo: (action) => Promise.resolve({ request: "", ok: true, code: "", says: `${action} is back` }),
      restore: () => Promise.reject(new Error("nobody asks")),
      watch: () => undefined,
    },
  });
  const init = { pid: 1, startTicks: 1 };
  layer.takeSeen([seen(init, { pid: 0, startTicks: 0 }, "/usr/lib/systemd/systemd"), seen(APP, init, "/usr/bin/app")]);
  for (let at = 0; at < 60; at++) layer.takeEvents(start(clock, 2000 + at, "/usr/bin/date"));
  layer.takeEvents(start(clock, 3000, "/tmp/payload", 1000));
  const { people } = layer;
  return { layer, people, clock, id: people.incidents(1)[0]?.id ?? "", proposals };
}

function seen(process: ProcessRef, parent: ProcessRef, path: string): SeenProcess {
  return { process, parent, comm: "app", uid: 1000, path, exe: { dev: 1, ino: 5 }, cgroup: "/app.slice" };
}

function start(clock: FakeClock, pid: number, path: string, ageMs = 1e9): SensedEvent[] {
  const child = { pid, startTicks: pid };
  const base = (process: ProcessRef) => ({ atNs: 0, process, comm: "x", uid: 1000, cgroupId: 9, cpuCgroupId: 9 });
  const atMs = clock.wallMs() - ageMs;
  const file = { path, exe: { dev: 1, ino: path.length }, ctimeMs: atMs, mtimeMs: atMs };
  return [
    { kind: "fork", ...base(APP), child },
    { kind: "exec", ...base(child), parent: APP, ...file },
  ];
}

function decision(proposal: Proposal, outcome: Outcome): Decision {
  const action = outcome === "applied" ? "c-0001" : "";
  const { id, kind } = proposal;
  const change = { kind, cgroup: "/app.slice", from: "running", to: "frozen", untilMs: 1e15, code: "", says: "" };
  return { proposal: id, action, outcome, ...change };
}

test("a confirmation is kept with the incident, teaches a memory that can be listed and forgotten; an unknown name is said", async () => {
  const { people, id } = scene();
  assert.equal((await people.confirm("i-none", "ada")).code, "SW-NOT-FOUND");
  assert.deepEqual(people.memories(), []);
  assert.ok((await people.confirm(id, "ada")).ok);
  assert.deepEqual([people.incident(id)?.confirmed, people.incident(id)?.judgedBy], [true, "ada"]);
  assert.deepEqual(
    people.memories().map((memory) => [memory.id, memory.word, memory.program, memory.parent]),
    [[id, "confirmed", "/tmp/payload", "/bin/app"]],
  );
  assert.ok((await people.forget(id)).ok);
  assert.equal((await people.forget(id)).code, "SW-NOT-FOUND");
  assert.deepEqual(people.memories(), []);
});

test("the latest word holds: what was dismissed and is confirmed is open, and the other way round", async () => {
  const { people, id } = scene();
  await people.judge(id, "dismissed", "a test");
  await people.confirm(id, "ada");
  assert.deepEqual([people.incident(id)?.status, people.memories().map(({ word }) => word)], ["open", ["confirmed"]]);
  await people.judge(id, "dismissed", "a test");
  assert.deepEqual(
    [people.incident(id)?.status, people.memories().map(({ word }) => word)],
    ["dismissed", ["dismissed"]],
  );
});

test("what was not dismissed cannot be opened again: that is said, with what takes a confirmation back", async () => {
  const { people, id } = scene();
  const open = await people.judge(id, "open", "ada");
  assert.deepEqual([open.code, open.says], ["SW-NOT-FOUND", `no dismissal of ${id} is in force: it is open`]);
  await people.confirm(id, "ada");
  const confirmed = await people.judge(id, "open", "ben");
  assert.match(confirmed.says, new RegExp(`it is confirmed, which .swarms memory forget ${id}. takes back`));
  assert.equal(people.incident(id)?.judgedBy, "ada");
  await people.judge(id, "dismissed", "ada");
  assert.ok((await people.judge(id, "open", "ben")).ok);
});

test("whose word was the latest is kept and told, also when the same happens again", async () => {
  const { layer, people, id, clock } = scene();
  const title = async (): Promise<string> => {
    clock.advance(60_000);
    layer.takeEvents(start(clock, 4000 + clock.monoMs() / 1000, "/tmp/payload", 1000));
    const explained = await people.explain(id);
    return explained.ok ? explained.value.title : explained.says;
  };
  assert.equal(await title(), `incident ${id}: open`);
  await people.judge(id, "dismissed", "ada");
  assert.equal(await title(), `incident ${id}: dismissed by ada`);
  await people.judge(id, "open", "ben");
  assert.equal(await title(), `incident ${id}: open again by ben`);
  await people.confirm(id, "cleo");
  assert.equal(await title(), `incident ${id}: open, confirmed by cleo`);
  assert.equal(people.incident(id)?.count, 5);
});

test("what waits for a person and is approved later is explained, confirms its incident, and goes with its dismissal", async () => {
  const { layer, people, id, proposals } = scene();
  const [freeze] = proposals;
  assert.ok(freeze);
  layer.takeDecision(decision(freeze, "advised"));
  layer.takeDecision(decision(freeze, "applied"));
  const { cgroup, from, to } = decision(freeze, "applied");
  const times = { sinceMs: 0, untilMs: 1e15 };
  const why = { agent: "quorum", reason: "", incident: id };
  layer.takeLeases([{ action: "c-0001", kind: "freeze", cgroup, from, to, ...times, ...why }]);
  const explained = await people.explain("c-0001");
  assert.ok(explained.ok && explained.value.change?.incident === id);
  const { confirmed, judgedBy } = people.incident(id) ?? {};
  assert.deepEqual([confirmed, judgedBy], [true, "whoever approved its containment"]);
  assert.match((await people.judge(id, "dismissed", "a test")).says, /c-0001 is back/);
});
