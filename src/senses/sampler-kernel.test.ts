import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { EventKind } from "../core/event-kinds.ts";
import { kernelOf, readingsOf, SERVICE, v2Service, world } from "./sampler.fixture.ts";
import type { GroupDelta, KernelCounters } from "./sampler-ports.ts";

const QUIET = { usageUs: 0, pressureUs: 0, throttledUs: 0 };

/** A kernel that counts what groups do; what it tells is taken with each turn. */
function counting(kinds: readonly EventKind[]) {
  let byInode = new Map<number, GroupDelta>();
  const kernel: KernelCounters = {
    ...kernelOf(() => undefined),
    kinds: () => kinds,
    groups: () => {
      const taken = byInode;
      byInode = new Map();
      return taken;
    },
  };
  return { kernel, did: (inode: number | undefined, delta: GroupDelta) => byInode.set(inode ?? 0, delta) };
}

test("what a workload did is told per second, with the groups below it, and only of attached kinds", (t) => {
  const { kernel, did } = counting(["connect", "open.write"]);
  const { tree, clock, sampler } = world(t, "v2", { workloads: [SERVICE] }, kernel);
  v2Service(tree, QUIET);
  tree.group("", "web/worker", { "cgroup.procs": "20\n" });
  sampler.sample();
  did(tree.fs.inode("cpu", "/web"), { connects: 10, opens: 4, accepts: 3, changes: 9 });
  did(tree.fs.inode("cpu", "/web/worker"), { connects: 30 });
  clock.advance(500);
  const readings = readingsOf(sampler.sample(), "w:/web");
  assert.equal(readings["net.connects"], 80);
  assert.equal(readings["file.opens"], 8);
  assert.equal(readings["net.accepts"], undefined);
  assert.equal(readings["file.changes"], undefined);
  clock.advance(500);
  assert.equal(readingsOf(sampler.sample(), "w:/web")["net.connects"], 0);
});

test("what a discovered group did between two scans is counted over all that time", (t) => {
  const { kernel, did } = counting(["connect"]);
  const { tree, clock, sampler } = world(t, "v2", {}, kernel);
  tree.group("", "a.service", { "cgroup.procs": "10\n" });
  const inode = (): number | undefined => tree.fs.inode("cpu", "/a.service");
  sampler.sample();
  // The second scan comes a second after the first.
  for (let turn = 0; turn < 4; turn++) {
    did(inode(), { connects: 5 });
    clock.advance(250);
    sampler.sample();
  }
  assert.equal(readingsOf(sampler.sample(), "w:/a.service")["net.connects"], 20);
});

test("without a kernel that counts, nothing is told of what workloads do", (t) => {
  const { tree, clock, sampler } = world(t, "v2", { workloads: [SERVICE] });
  v2Service(tree, QUIET);
  sampler.sample();
  clock.advance(500);
  assert.equal(readingsOf(sampler.sample(), "w:/web")["net.connects"], undefined);
});

test("losses per kind, what was merged and the ring's level are passed on, and left out where nothing counts them", (t) => {
  const kernel: KernelCounters = {
    ...kernelOf(() => undefined),
    lost: () => ({ "open.read": 4 }),
    merged: () => ({ "open.read": 9 }),
    ring: () => ({ fill: 0.25, bytes: 4096 }),
  };
  const { sampler } = world(t, "v2", {}, kernel);
  const { lost, merged, ring, sensors } = sampler.sample();
  assert.deepEqual(
    { lost, merged, ring },
    {
      lost: { "open.read": 4 },
      merged: { "open.read": 9 },
      ring: { fill: 0.25, bytes: 4096 },
    },
  );
  assert.equal(sensors, undefined);
  const { sampler: bare } = world(t, "v2", {});
  assert.deepEqual(Object.keys(bare.sample()).sort(), ["atMs", "events", "losses", "readings", "workloads"]);
});

test("kinds that are not watched are left out, save those that counted before", (t) => {
  const kernel: KernelCounters = {
    ...kernelOf(() => undefined),
    counts: () => ({ exec: 0, bind: 0, rename: 5 }),
    lost: () => ({ exec: 0, bind: 0, rename: 1 }),
    merged: () => ({ exec: 0, "open.read": 2 }),
    kinds: () => ["exec"],
  };
  const { events, lost, merged, kinds } = world(t, "v2", {}, kernel).sampler.sample();
  assert.deepEqual(
    { events, lost, merged, kinds },
    { events: { exec: 0, rename: 5 }, lost: { exec: 0, rename: 1 }, merged: { "open.read": 2 }, kinds: ["exec"] },
  );
});

test("the host and the workloads that must be fast call for a turn when they stall; others do not", (t) => {
  const watched: (readonly string[])[] = [];
  const config = { workloads: [SERVICE, { name: "jobs", cgroup: "/jobs", kind: "batch" }] };
  const triggers = { watch: (files: readonly string[]) => void watched.push(files) };
  const { tree, clock, sampler } = world(t, "v2", config, undefined, undefined, { triggers });
  tree.group("", "jobs", { "cgroup.procs": "5\n" });
  sampler.sample();
  const host = ["cpu", "memory", "io"].map((name) => join(tree.procRoot, "pressure", name));
  assert.deepEqual(watched.at(-1), host);
  v2Service(tree, QUIET);
  clock.advance(1000);
  sampler.sample();
  const groups = ["cpu", "memory", "io"].map((name) => join(tree.cgroups, "web", `${name}.pressure`));
  assert.deepEqual(watched.at(-1), [...host, ...groups]);
  clock.advance(250);
  sampler.sample();
  assert.equal(watched.length, 2);
});
