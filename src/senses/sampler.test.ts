import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuStat, pressureText } from "./host-tree.fixture.ts";
import { readingsOf, SERVICE, v2Service, world } from "./sampler.fixture.ts";

test("v2: a declared workload has all its readings, golden", (t) => {
  const { tree, clock, sampler } = world(t, "v2", { workloads: [SERVICE] });
  v2Service(tree, { usageUs: 1_000_000, pressureUs: 0, throttledUs: 0 });
  assert.deepEqual(readingsOf(sampler.sample(), "w:/web"), {
    frozen: 0,
    "cpu.weight": 100,
    "cpu.idle": 0,
    "memory.bytes": 4096,
    tasks: 2,
  });
  v2Service(tree, { usageUs: 1_500_000, pressureUs: 250_000, throttledUs: 100_000 });
  clock.advance(1000);
  assert.deepEqual(readingsOf(sampler.sample(), "w:/web"), {
    "cpu.cores": 0.5,
    "cpu.throttled": 0.1,
    "pressure.cpu.some": 0.25,
    frozen: 0,
    "cpu.weight": 100,
    "cpu.idle": 0,
    "memory.bytes": 4096,
    tasks: 2,
  });
});

test("v2: a workload's description is the operator's", (t) => {
  const { tree, sampler } = world(t, "v2", { workloads: [SERVICE] });
  v2Service(tree, { usageUs: 0, pressureUs: 0, throttledUs: 0 });
  assert.deepEqual(sampler.sample().workloads, [
    { name: "/web", kind: "latency", label: "shop", cgroup: true, targetNs: 2_000_000, inScope: false },
  ]);
});

test("hybrid: one path in both hierarchies is one workload: weight from v1, usage and pressure from v2", (t) => {
  const { tree, clock, sampler } = world(t, "hybrid", { workloads: [SERVICE] });
  const write = (us: number): void => {
    tree.group("cpu", "web", {
      "cpu.shares": "512\n",
      "cpu.idle": "1\n",
      "cpu.stat": "nr_periods 0\n",
      "cgroup.procs": "7\n",
    });
    tree.group("memory", "web", { "memory.usage_in_bytes": "123\n" });
    tree.group("unified", "web", {
      "cgroup.procs": "7\n",
      "cgroup.events": "populated 1\nfrozen 1\n",
      "cpu.stat": cpuStat(us),
      "cpu.pressure": pressureText(us),
    });
  };
  write(0);
  sampler.sample();
  write(500_000);
  clock.advance(1000);
  assert.deepEqual(readingsOf(sampler.sample(), "w:/web"), {
    "cpu.cores": 0.5,
    "pressure.cpu.some": 0.5,
    frozen: 1,
    "cpu.weight": 50,
    "cpu.idle": 1,
    "memory.bytes": 123,
    tasks: 1,
  });
});

test("hybrid: a group whose processes are only in v1 has its usage from cpuacct, and no pressure of an empty v2 group", (t) => {
  const { tree, clock, sampler } = world(t, "hybrid", { workloads: [SERVICE] });
  const write = (ns: number): void => {
    tree.group("cpu", "web", { "cpu.shares": "1024\n", "cgroup.procs": "7\n" });
    tree.group("cpuacct", "web", { "cpuacct.usage": `${ns}\n` });
    tree.group("unified", "web", {
      "cgroup.events": "populated 0\nfrozen 0\n",
      "cgroup.procs": "",
      "cpu.stat": cpuStat(0),
      "cpu.pressure": pressureText(0),
    });
  };
  write(0);
  sampler.sample();
  write(2e9);
  clock.advance(1000);
  const readings = readingsOf(sampler.sample(), "w:/web");
  assert.equal(readings["cpu.cores"], 2);
  assert.equal(readings["pressure.cpu.some"], undefined);
  assert.equal(readings["cpu.weight"], 100);
});

test("v1: usage, throttling in nanoseconds, and the v1 freezer", (t) => {
  const { tree, clock, sampler } = world(t, "v1", { workloads: [SERVICE] });
  const write = (ns: number): void => {
    tree.group("cpu,cpuacct", "web", {
      "cpu.shares": "2\n",
      "cpuacct.usage": `${ns}\n`,
      "cpu.stat": `nr_periods 5\nnr_throttled 1\nthrottled_time ${ns}\n`,
      "cgroup.procs": "7\n8\n",
    });
    tree.group("freezer", "web", { "freezer.state": "FROZEN\n" });
  };
  write(0);
  sampler.sample();
  write(1e9);
  clock.advance(2000);
  const readings = readingsOf(sampler.sample(), "w:/web");
  assert.equal(readings["cpu.cores"], 0.5);
  assert.equal(readings["cpu.throttled"], 0.5);
  assert.equal(readings.frozen, 1);
  assert.equal(readings.tasks, 2);
});
