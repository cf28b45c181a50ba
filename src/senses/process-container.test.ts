import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerRef } from "../core/agent.ts";
import { type ProcessRef, processKey } from "../core/entity.ts";
import type { SeenProcess, SensedEvent } from "../core/event.ts";
import { HostTree } from "./host-tree.fixture.ts";
import { ProcessTable } from "./process-table.ts";
import { snapshotProcesses } from "./snapshot.ts";

const [ID, OTHER] = ["a".repeat(64), "b".repeat(64)];
const DOCKER: ContainerRef = { runtime: "docker", id: ID };
const ref = (pid: number): ProcessRef => ({ pid, startTicks: pid });

test("on a hybrid host the v1 hierarchies name a container too, where the v2 path names none", (t) => {
  const tree = new HostTree("hybrid");
  t.after(() => tree.remove());
  tree.process({ pid: 2, cgroup: `4:memory:/docker/${ID}\n1:cpu:/docker/${ID}\n0::/system.slice/docker.service\n` });
  tree.process({ pid: 3, cgroup: `4:memory:/docker/${ID}\n0::/system.slice/docker-${OTHER}.scope\n` });
  tree.process({ pid: 4, cgroup: "4:memory:/a\n0::/\n" });
  const seen = snapshotProcesses({ procRoot: tree.procRoot });
  assert.deepEqual(
    seen.map(({ container }) => container?.id),
    [ID, OTHER, undefined],
  );
  const table = new ProcessTable();
  table.seed(seen, 0);
  assert.deepEqual(
    [2, 3, 4].map((pid) => table.get(`p:${pid}@100`)?.container?.id),
    [ID, OTHER, undefined],
  );
});

test("a child is in its parent's container, whichever is heard of first", () => {
  for (const seedAt of [0, 1, 2, 3]) {
    const table = new ProcessTable();
    const steps = [fork(2, 3, 20), fork(3, 4, 30)].map((event) => () => table.apply(event, 0));
    steps.splice(seedAt, 0, () => table.seed([row(2, 10, DOCKER)], 0));
    for (const step of steps) step();
    for (const pid of [2, 3, 4])
      assert.deepEqual(table.get(processKey(ref(pid)))?.container, DOCKER, `${pid} ${seedAt}`);
  }
});

test("who was forked before the parent was seen in a container is not taken to be in it", () => {
  for (const seedAt of [0, 1]) {
    const table = new ProcessTable();
    const steps = [() => table.apply(fork(2, 3, 5), 0)];
    steps.splice(seedAt, 0, () => table.seed([row(2, 10, DOCKER)], 0));
    for (const step of steps) step();
    assert.equal(table.get(processKey(ref(3)))?.container, undefined);
  }
});

test("a later look that shows no container any more is believed, an earlier one is not", () => {
  const table = new ProcessTable();
  const shown = (): unknown => table.get(processKey(ref(2)))?.container;
  table.seed([row(2, 10, DOCKER)], 0);
  table.seed([row(2, 5)], 0);
  assert.deepEqual(shown(), DOCKER);
  table.seed([row(2, 20)], 0);
  assert.equal(shown(), undefined);
});

test("the v2 path's container comes first, and goes with the path", () => {
  const paths = new Map([
    [8, `/system.slice/docker-${OTHER}.scope`],
    [9, "/x"],
  ]);
  const table = new ProcessTable({ cgroupPath: (id) => paths.get(id) });
  table.seed([row(2, 10, DOCKER)], 0);
  const at = (cgroupId: number, atNs: number): unknown => {
    table.apply({ ...fork(2, 3, atNs), cgroupId }, 0);
    return table.get(processKey(ref(2)))?.container?.id;
  };
  assert.deepEqual([at(8, 20), at(9, 30)], [OTHER, ID]);
});

test("forks that make no sense, in a circle, end", () => {
  const table = new ProcessTable();
  table.apply(fork(2, 3, 1), 0);
  table.apply(fork(3, 2, 2), 0);
  table.seed([row(9, 10, DOCKER)], 0);
  assert.equal(table.get(processKey(ref(3)))?.container, undefined);
});

function fork(parent: number, child: number, atNs: number): SensedEvent {
  const process = ref(parent);
  return { kind: "fork", atNs, process, child: ref(child), comm: "sh", uid: 0, cgroupId: 0, cpuCgroupId: 0 };
}

function row(pid: number, atNs: number, container?: ContainerRef): SeenProcess {
  const about = { comm: "sh", uid: 0, path: "/bin/sh", exe: { dev: 1, ino: 1 }, cgroup: "/x" };
  return { process: ref(pid), parent: ref(1), ...about, atNs, ...(container && { container }) };
}
