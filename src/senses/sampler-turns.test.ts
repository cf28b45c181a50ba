import assert from "node:assert/strict";
import { test } from "node:test";
import { configSchema } from "../core/config.ts";
import { cpuStat } from "./host-tree.fixture.ts";
import { kernelOf, namesOf, readingsOf, SERVICE, v2Service, world } from "./sampler.fixture.ts";
import type { RunqDelta } from "./sampler-ports.ts";

test("a declared group that is not there is left out, and found when it comes", (t) => {
  const { tree, clock, sampler } = world(t, "v2", { workloads: [SERVICE] });
  assert.deepEqual(sampler.sample().workloads, []);
  v2Service(tree, { usageUs: 0, pressureUs: 0, throttledUs: 0 });
  clock.advance(250);
  assert.equal(sampler.sample().workloads[0]?.name, "/web");
  tree.removeGroup("", "web");
  clock.advance(250);
  assert.deepEqual(sampler.sample().workloads, []);
});

test("a group made anew under the same path starts from nothing", (t) => {
  const { tree, clock, sampler } = world(t, "v2", { workloads: [SERVICE] });
  v2Service(tree, { usageUs: 0, pressureUs: 0, throttledUs: 0 });
  sampler.sample();
  tree.removeGroup("", "web");
  tree.group("", "other", { "cgroup.procs": "" });
  v2Service(tree, { usageUs: 9_000_000, pressureUs: 0, throttledUs: 0 });
  clock.advance(1000);
  assert.equal(readingsOf(sampler.sample(), "w:/web")["cpu.cores"], undefined);
});

test("a pattern stands for every group that it matches, new ones too", (t) => {
  const { tree, clock, sampler } = world(t, "v2", {
    workloads: [{ name: "jobs", cgroup: "/jobs/run-*", kind: "batch" }],
  });
  tree.group("", "jobs/run-1", { "cgroup.procs": "5\n" });
  tree.group("", "jobs/other", { "cgroup.procs": "" });
  assert.deepEqual(namesOf(sampler.sample()), ["/jobs/run-1"]);
  tree.group("", "jobs/run-2", { "cgroup.procs": "6\n" });
  clock.advance(1000);
  const batch = sampler.sample();
  assert.deepEqual(namesOf(batch), ["/jobs/run-1", "/jobs/run-2"]);
  assert.ok(
    batch.workloads.every(({ kind, label, targetNs }) => kind === "batch" && label === "jobs" && targetNs === 0),
  );
});

test("groups that hold processes are found, most CPU first; empty ones are not workloads", (t) => {
  const { tree, clock, sampler } = world(t, "v2", {});
  const write = (us: number): void => {
    tree.group("", "system.slice/nginx.service", { "cgroup.procs": "10\n11\n", "cpu.stat": cpuStat(us) });
    tree.group("", "system.slice/cron.service", { "cgroup.procs": "12\n", "cpu.stat": cpuStat(us * 3) });
    tree.group("", "system.slice/empty.service", { "cgroup.procs": "", "cpu.stat": cpuStat(0) });
  };
  write(0);
  sampler.sample();
  write(100_000);
  clock.advance(1000);
  const batch = sampler.sample();
  assert.deepEqual(
    batch.workloads.map(({ label, kind, cgroup }) => [label, kind, cgroup]),
    [
      ["cron.service", "unknown", true],
      ["nginx.service", "unknown", true],
    ],
  );
  assert.equal(readingsOf(batch, "w:/system.slice/nginx.service").tasks, 2);
  assert.equal(readingsOf(batch, "w:/system.slice/cron.service")["cpu.cores"], 0.3);
});

test("between scans a batch repeats what the last one found", (t) => {
  const { tree, clock, sampler } = world(t, "v2", {});
  tree.group("", "a.service", { "cgroup.procs": "10\n", "cpu.stat": cpuStat(0) });
  const first = sampler.sample();
  tree.group("", "b.service", { "cgroup.procs": "11\n", "cpu.stat": cpuStat(0) });
  clock.advance(250);
  const second = sampler.sample();
  assert.deepEqual(second.workloads, first.workloads);
  assert.deepEqual(readingsOf(second, "w:/a.service"), readingsOf(first, "w:/a.service"));
  assert.equal(sampler.cost().scans, 1);
});

test("scans come at the pace of a viewer only while somebody looks", (t) => {
  const { clock, sampler } = world(t, "v2", {});
  const scansIn = (ms: number): number => {
    const before = sampler.cost().scans;
    for (let at = 0; at < ms; at += 250) {
      clock.advance(250);
      sampler.sample();
    }
    return sampler.cost().scans - before;
  };
  scansIn(6000);
  assert.equal(scansIn(10_000), 2);
  sampler.watching = true;
  assert.equal(scansIn(10_000), 10);
});

test("where a scan is dear, scans become rarer, so that they take half a percent of a core", (t) => {
  let usedMs = 0;
  const { clock, sampler } = world(t, "v2", {}, undefined, () => (usedMs += 50));
  for (let at = 0; at < 100_000; at += 250) {
    sampler.sample();
    clock.advance(250);
  }
  assert.ok(Math.abs(sampler.cost().scans - 10) <= 2, `${sampler.cost().scans} scans`);
  assert.equal(sampler.cost().scanUs, 50_000);
});

test("at most 256 workloads are shown", (t) => {
  const { tree, sampler } = world(t, "v2", {});
  for (let i = 0; i < 300; i++) tree.group("", `s${i}.service`, { "cgroup.procs": `${1000 + i}\n` });
  tree.process({ pid: 9, exe: "/usr/bin/lonely" });
  assert.equal(sampler.sample().workloads.length, 256);
});

test("names that no terminal should get are escaped, and such a group has no knobs", (t) => {
  const { tree, sampler } = world(t, "v2", {});
  tree.group("", "evil\x1b[2J", { "cgroup.procs": "10\n" });
  tree.process({ pid: 11, comm: "x\x1b[31m" });
  const { workloads } = sampler.sample();
  assert.deepEqual(
    workloads.map(({ name, label, cgroup }) => [name, label, cgroup]),
    [
      ["/evil\\x1b[2J", "evil\\x1b[2J", false],
      ["exe:x\\x1b[31m", "x\\x1b[31m", false],
    ],
  );
});

test("a leased group is read in every turn, once, under its own name", (t) => {
  const { tree, clock, sampler } = world(t, "v2", {});
  tree.group("", "a.service", { "cgroup.procs": "10\n", "cpu.weight": "100\n" });
  sampler.sample();
  sampler.leased = ["/a.service"];
  tree.group("", "a.service", { "cpu.weight": "10\n" });
  clock.advance(250);
  const batch = sampler.sample();
  assert.deepEqual(namesOf(batch), ["/a.service"]);
  assert.equal(readingsOf(batch, "w:/a.service")["cpu.weight"], 10);
  assert.equal(batch.readings.filter(({ name }) => name === "cpu.weight").length, 1);
});

test("a reload takes the new declarations with the next turn", (t) => {
  const { tree, clock, sampler } = world(t, "v2", {});
  tree.group("", "web", { "cgroup.procs": "10\n" });
  assert.equal(sampler.sample().workloads[0]?.kind, "unknown");
  sampler.reload(configSchema.parse({ workloads: [SERVICE] }));
  clock.advance(250);
  assert.deepEqual(
    sampler.sample().workloads.map(({ kind }) => kind),
    ["latency"],
  );
});

test("run-queue delays are found by inode, per second, with the groups below", (t) => {
  const runq = new Map<number, RunqDelta>();
  const { tree, clock, sampler } = world(
    t,
    "v2",
    { workloads: [SERVICE] },
    kernelOf(() => runq),
  );
  v2Service(tree, { usageUs: 0, pressureUs: 0, throttledUs: 0 });
  tree.group("", "web/worker", { "cgroup.procs": "20\n" });
  sampler.sample();
  const waits = { count: 100, p50Ns: 10, p99Ns: 1000, meanNs: 100 };
  runq.set(tree.fs.inode("cpu", "/web")!, {
    ...waits,
    onCpuNs: 1,
    sleeps: 50,
    bursts: 1000,
    burstP50Ns: 70,
    burstP99Ns: 700,
  });
  runq.set(tree.fs.inode("cpu", "/web/worker")!, {
    count: 300,
    p50Ns: 20,
    p99Ns: 5000,
    meanNs: 300,
    onCpuNs: 1,
    sleeps: 200,
    bursts: 10,
    burstP50Ns: 9000,
    burstP99Ns: 9000,
  });
  clock.advance(500);
  const batch = sampler.sample();
  const readings = readingsOf(batch, "w:/web");
  assert.equal(readings["runq.count"], 800);
  assert.equal(readings["runq.sleeps"], 500);
  assert.equal(readings["runq.delay.p99"], 5000);
  assert.equal(readings["runq.delay.mean"], 250);
  // Ten bursts of a thousand do not speak for the workload.
  assert.equal(readings["oncpu.burst.p50"], 70);
  assert.equal(readings["oncpu.burst.p99"], 700);
  assert.equal(readingsOf(batch, "host")["runq.count"], 800);
  assert.equal(readingsOf(batch, "host")["runq.delay.p99"], undefined);
});

test("without eBPF the mean delay comes from the threads' schedstat", (t) => {
  const { tree, clock, sampler } = world(t, "v2", { workloads: [SERVICE] });
  v2Service(tree, { usageUs: 0, pressureUs: 0, throttledUs: 0 });
  tree.group("", "web", { "cgroup.threads": "7\n8\n" });
  tree.process({ pid: 7, schedstat: "0 1000 10" });
  tree.process({ pid: 8, schedstat: "0 0 0" });
  sampler.sample();
  tree.process({ pid: 7, schedstat: "0 5000 20" });
  tree.process({ pid: 8, schedstat: "0 6000 10" });
  clock.advance(1000);
  assert.equal(readingsOf(sampler.sample(), "w:/web")["runq.delay.mean"], 500);
});

test("the host: pressure, cores, memory, processes", (t) => {
  const { tree, clock, sampler } = world(t, "v2", {});
  tree.pressure("cpu", 0);
  tree.pressure("io", 100);
  tree.write("proc/stat", "cpu  100 0 100 1000 50 0 0 0 0 0\n");
  tree.write("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 400 kB\n");
  tree.process({ pid: 1 });
  sampler.sample();
  tree.pressure("cpu", 100_000);
  tree.pressure("io", 5_000_100);
  tree.write("proc/stat", "cpu  200 0 150 1000 90 0 0 0 0 0\n");
  clock.advance(1000);
  assert.deepEqual(readingsOf(sampler.sample(), "host"), {
    "pressure.cpu.some": 0.1,
    "pressure.io.some": 1,
    "cpu.cores": 1.5,
    "memory.bytes": 600 * 1024,
    tasks: 1,
  });
});

test("nothing readable at all gives an empty batch, not an error", (t) => {
  const { tree, sampler } = world(t, "v2", { workloads: [SERVICE] });
  tree.remove();
  const batch = sampler.sample();
  assert.deepEqual(batch.workloads, []);
  assert.deepEqual(batch.readings, [{ entity: "host", name: "tasks", value: 0 }]);
});

test("events and losses are passed on as counted", (t) => {
  const { sampler } = world(
    t,
    "v2",
    {},
    kernelOf(() => undefined),
  );
  const { events, losses } = sampler.sample();
  assert.deepEqual(events, { exec: 3 });
  assert.deepEqual(losses, { ring: 1, damaged: 2, shed: 3 });
});
