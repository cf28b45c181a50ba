import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type FakeProcess, HostTree } from "./host-tree.fixture.ts";
import { ProcessGroups } from "./sampler-groups.ts";

const UNITS = { cpus: 2, pageBytes: 4096, ticksPerSecond: 100 };

test("processes of one executable are one group: CPU, memory, waiting and count add up", (t) => {
  const { scan } = groups(t);
  scan(0, [
    { pid: 1, exe: "/bin/a", cpuTicks: 1000, schedstat: "0 1000 10" },
    { pid: 2, exe: "/opt/a", cpuTicks: 2000, schedstat: "0 0 0" },
  ]);
  const { a } = scan(1000, [
    { pid: 1, exe: "/bin/a", cpuTicks: 1050, schedstat: "0 2000 11" },
    { pid: 2, exe: "/opt/a", cpuTicks: 2025, schedstat: "0 5000 2" },
  ]);
  assert.deepEqual(a, { tasks: 2, "cpu.cores": 0.75, "memory.bytes": 2 * 10 * 4096, "runq.delay.mean": 2000 });
});

test("a process that began since the last scan counts with all it used; an older one newly seen does not", (t) => {
  const { scan } = groups(t);
  scan(0, [{ pid: 1, exe: "/bin/a", startTicks: 500 }]);
  const found = scan(1000, [
    { pid: 1, exe: "/bin/a", startTicks: 500 },
    { pid: 2, exe: "/bin/new", startTicks: 550, cpuTicks: 40 },
    { pid: 3, exe: "/bin/old", startTicks: 100, cpuTicks: 9000 },
  ]);
  assert.equal(found["new"]?.["cpu.cores"], 0.4);
  assert.equal(found["old"]?.["cpu.cores"], 0);
});

test("a reused pid does not inherit what its former holder had used", (t) => {
  const { scan } = groups(t);
  scan(0, [{ pid: 1, exe: "/bin/a", startTicks: 5, cpuTicks: 100 }]);
  const { b } = scan(1000, [{ pid: 1, exe: "/bin/b", startTicks: 9, cpuTicks: 150 }]);
  assert.equal(b?.["cpu.cores"], 1.5);
});

test("an exec moves the process to the group of what it runs now", (t) => {
  const { scan } = groups(t);
  scan(0, [{ pid: 1, comm: "bash", exe: "/bin/bash" }]);
  assert.deepEqual(Object.keys(scan(1000, [{ pid: 1, comm: "nc", exe: "/bin/nc" }])), ["nc"]);
});

test("kernel threads are one group, read in turns, and what they used is not lost by it", (t) => {
  const { scan } = groups(t);
  const pids = [2, 3, 4, 5, 6, 7, 8, 9];
  const at = (ticks: number) =>
    pids.map((pid) => ({ pid, comm: `kworker/${pid}`, kernelThread: true, cpuTicks: ticks }));
  for (let second = 0; second <= 8; second++) scan(second * 1000, at(second * 5));
  const kernel = scan(9000, at(45))["kernel threads"];
  assert.equal(kernel?.["tasks"], 8);
  assert.ok(Math.abs((kernel?.["cpu.cores"] ?? 0) - 0.4) < 1e-9);
});

test("services are known by systemd's own hierarchy where v2 says nothing", (t) => {
  const { scan } = groups(t);
  const found = scan(0, [{ pid: 1, exe: "/bin/a", cgroup: "2:cpu:/\n1:name=systemd:/system.slice/a.service\n0::/\n" }]);
  assert.deepEqual(Object.keys(found), ["a.service"]);
});

test("what vanished between listing and reading is left out", (t) => {
  const { scan, tree } = groups(t);
  scan(0, [{ pid: 1, exe: "/bin/a" }]);
  tree.end(1);
  assert.deepEqual(scan(1000, [], [1]), {});
});

test("the busiest groups are kept where there are too many", (t) => {
  const { scan } = groups(t);
  const at = (factor: number): FakeProcess[] =>
    [1, 2, 3].map((pid) => ({ pid, exe: `/bin/p${pid}`, cpuTicks: pid * factor }));
  scan(0, at(0));
  assert.deepEqual(Object.keys(scan(1000, at(10), [1, 2, 3], 2)), ["p3", "p2"]);
});

function groups(t: TestContext) {
  const tree = new HostTree("v2");
  t.after(() => tree.remove());
  const meter = new ProcessGroups(tree.procRoot, UNITS);
  /** Readings by label of group. */
  const scan = (
    monoMs: number,
    processes: readonly FakeProcess[],
    pids = processes.map(({ pid }) => pid),
    limit = 9,
  ) => {
    for (const process of processes) tree.process(process);
    const { workloads, readings } = meter.scan(pids, monoMs, limit);
    const byLabel: Record<string, Record<string, number>> = {};
    for (const { name, label } of workloads) {
      const own = readings.filter(({ entity }) => entity === `w:${name}`);
      byLabel[label] = Object.fromEntries(own.map((reading) => [reading.name, reading.value]));
    }
    return byLabel;
  };
  return { scan, tree };
}
