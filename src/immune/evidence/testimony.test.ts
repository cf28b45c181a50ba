import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey, type ProcessRef } from "../../core/entity.ts";
import { createImmuneColony } from "../colony.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { depositDanger } from "./danger.ts";
import { QUORUM } from "../quorum/quorum-rule.ts";
import { REPEAT, Testimony, timesInWords } from "./testimony.ts";

function witness(): { host: FakeHost; testimony: Testimony; app: ProcessRef } {
  const testimony = new Testimony();
  const host = new FakeHost([
    {
      name: "witness",
      colony: "immune",
      says: "",
      wants: [],
      feels: ["danger"],
      onSignal: (entity, _, context) => testimony.onDanger(entity, context),
    },
  ]);
  return { host, testimony, app: host.existing("/usr/bin/app", host.existing("/usr/lib/systemd/systemd")) };
}

function tell({ host, testimony }: ReturnType<typeof witness>, process: ProcessRef, weight = 1, what = "x:1"): void {
  const fact = { agent: "witness", kind: "destination", entity: processKey(process), weight, says: what, numbers: {} };
  testimony.tell([what], fact, host.context());
  host.settle();
}

function accuse(host: FakeHost, process: ProcessRef, kind: string): void {
  const fact = { agent: kind, kind, entity: processKey(process), weight: 1, says: kind, numbers: {} };
  depositDanger(host.context(), fact);
  host.settle();
}

function weights(host: FakeHost): number[] {
  const of = host.deposits.filter(({ pheromone, evidence }) => pheromone === "danger" && evidence.agent === "witness");
  return of.map(({ evidence }) => Math.round(evidence.weight * 100) / 100);
}

function level(host: FakeHost, process: ProcessRef): number {
  return host.context().field.bySource(processKey(process), "danger").get("destination") ?? 0;
}

test("a fact repeated by children of one program is told once in full, then faintly, with the count", () => {
  const world = witness();
  for (let i = 0; i < 4; i++) tell(world, world.host.fork(world.app));
  assert.deepEqual(weights(world.host), [1, 0.1, 0.1, 0.1]);
  assert.equal(world.host.deposits.at(-1)?.evidence.numbers["times"], 4);
});

test("after many repeats only each doubling is told", () => {
  const world = witness();
  for (let i = 0; i < 100; i++) tell(world, world.app);
  const told = world.host.deposits.map(({ evidence }) => evidence.numbers["times"] ?? 1);
  assert.equal(told.length, 2 * (REPEAT.countedSingly + 2));
  assert.equal(told.at(-1), 64);
  assert.deepEqual([1, 14, 64].map(timesInWords), ["", " (14 times)", " (at least 64 times)"]);
});

test("another line of processes, another object, a heavier fact, and the same after ten minutes count in full", () => {
  const world = witness();
  const { host, app } = world;
  tell(world, host.fork(app), 0.3);
  tell(world, host.fork(host.existing("/usr/bin/other", app)), 0.3);
  tell(world, host.fork(app), 0.3, "x:2");
  tell(world, host.fork(app), 0.6);
  host.wait(REPEAT.windowMs);
  tell(world, host.fork(app), 0.6);
  assert.deepEqual(weights(host), [0.3, 0.3, 0.3, 0.6, 0.6]);
});

test("a repeat counts in full where other evidence is on the process, before it or after it", () => {
  const world = witness();
  const { host, app } = world;
  tell(world, host.fork(app));
  const before = host.fork(app);
  accuse(host, before, "lineage");
  tell(world, before);
  const after = host.fork(app);
  tell(world, after);
  assert.ok(level(host, after) < 0.2);
  accuse(host, after, "lineage");
  assert.deepEqual([level(host, before), level(host, after)], [1, 1]);
  tell(world, after);
  assert.ok(level(host, after) < 1.2, "a repeat renews a fact, and does not add to it");
});

test("what was held back about a parent counts once its child has other evidence", () => {
  const world = witness();
  const { host, app } = world;
  tell(world, host.fork(app));
  const parent = host.fork(app);
  tell(world, parent);
  accuse(host, host.fork(parent), "fresh-file");
  assert.equal(level(host, parent), 1);
});

test("what was held back fades like what was told", () => {
  const world = witness();
  const { host, app } = world;
  tell(world, host.fork(app));
  const process = host.fork(app);
  tell(world, process);
  host.wait(60_000);
  accuse(host, process, "lineage");
  assert.ok(Math.abs(level(host, process) - 0.5) < 1e-9);
});

/** Each kind alone first, in processes that are given up for it; then both in one. */
for (const order of ["connects first", "runs first"] as const) {
  test(`an attacker who wears out each fact before using them together is an incident all the same: ${order}`, () => {
    const host = new FakeHost(createImmuneColony({ leaseMs: 300_000 }));
    const app = host.existing("/usr/bin/app", host.existing("/usr/lib/systemd/systemd"), "/app.slice");
    // Children so varied that a first one says nothing: two kinds are all there is.
    for (let i = 0; i < 60; i++) {
      const child = host.spawn(
        app,
        `/usr/bin/tool-${String.fromCharCode(97 + (i % 26)).repeat(1 + Math.floor(i / 26))}`,
      );
      host.connect(child, "10.0.0.1", 443);
      host.exit(child);
    }
    const file = "/home/x/tool";
    host.exit(host.spawn(app, file, 1000));
    host.connect(host.spawn(app, file, 1e9), "93.184.216.34", 4444);
    host.wait(120_000);
    assert.equal(host.incidents.length, 0);
    const process = host.fork(app);
    if (order === "runs first") host.exec(process, file, 1000);
    host.connect(process, "93.184.216.34", 4444);
    if (order === "connects first") host.exec(process, file, 1000);
    const concentrations = host.incidents.map((incident) => incident.concentration);
    assert.equal(concentrations.length, 1);
    assert.ok((concentrations[0] ?? 0) >= QUORUM.danger.concentration);
  });
}

test("of a flood of facts on one process, so many a second are told; the rest is counted and said with the next", () => {
  const world = witness();
  const { host, testimony, app } = world;
  const key = processKey(app);
  let unsaid = 0;
  for (let i = 0; i < 1000; i++) {
    if (testimony.isLoud(key, host.nowMs)) unsaid++;
    else tell(world, app, 0.5, `port:${i}`);
  }
  assert.equal(unsaid, 1000 - REPEAT.perSecond);
  assert.equal(weights(host).length, REPEAT.perSecond);
  assert.equal(testimony.isLoud(processKey(host.fork(app)), host.nowMs), false, "others are heard");
  host.wait(1000);
  assert.equal(testimony.isLoud(key, host.nowMs), false);
  tell(world, app, 0.5, "port:2000");
  assert.equal(host.deposits.at(-1)?.evidence.numbers["unsaid"], unsaid);
  tell(world, app, 0.5, "port:2001");
  assert.equal(host.deposits.at(-1)?.evidence.numbers["unsaid"], undefined);
});
