import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { noEvents } from "../core/event-kinds.ts";
import type { SensedEvent } from "../core/event.ts";
import { HostTree } from "./host-tree.fixture.ts";
import { ProcfsEvents } from "./procfs-events.ts";

test("the first look makes no events", (t) => {
  const { poll } = world(t);
  assert.deepEqual(poll(), []);
});

test("a new process is a fork of its parent, and an exec where it runs something else", (t) => {
  const { tree, events } = world(t);
  events.poll(0);
  tree.process({ pid: 20, ppid: 10, startTicks: 300, comm: "curl", exe: "/usr/bin/curl" });
  const [fork, exec, ...rest] = events.poll(0);
  assert.deepEqual(rest, []);
  assert.ok(fork?.kind === "fork" && exec?.kind === "exec");
  assert.deepEqual(
    [fork.process, fork.child],
    [
      { pid: 10, startTicks: 200 },
      { pid: 20, startTicks: 300 },
    ],
  );
  assert.equal(fork.atNs, 300 * 1e7);
  assert.deepEqual([exec.path, exec.comm, exec.parent], ["/usr/bin/curl", "curl", { pid: 10, startTicks: 200 }]);
  assert.equal(exec.atNs, 12.34e9);
});

test("a child that still runs what its parent runs has only forked", (t) => {
  const { tree, poll } = world(t);
  poll();
  tree.process({ pid: 20, ppid: 10, startTicks: 300, comm: "bash", exe: "/bin/bash" });
  assert.deepEqual(poll(), ["fork 10 20"]);
});

test("an exec right after the fork is seen at the next look, with the parent of the first", (t) => {
  const { tree, events } = world(t);
  events.poll(0);
  tree.process({ pid: 20, ppid: 10, startTicks: 300, comm: "bash", exe: "/bin/bash" });
  events.poll(0);
  tree.process({ pid: 20, ppid: 1, startTicks: 300, comm: "bash", exe: "/tmp/x" });
  const [exec] = events.poll(0);
  assert.ok(exec?.kind === "exec");
  assert.deepEqual([exec.path, exec.parent.pid], ["/tmp/x", 10]);
});

test("an older process's exec is seen within eight looks", (t) => {
  const { tree, poll } = world(t);
  for (let i = 0; i < 12; i++) poll();
  tree.process({ pid: 10, ppid: 1, startTicks: 200, comm: "x", exe: "/tmp/x" });
  const seen = Array.from({ length: 8 }, () => poll()).flat();
  assert.deepEqual(seen, ["exec 10 /tmp/x"]);
});

test("where the executable may not be read, the name stands in and a new name is an exec", (t) => {
  const { tree, poll } = world(t);
  poll();
  tree.process({ pid: 20, ppid: 10, startTicks: 300, comm: "nginx" });
  assert.deepEqual(poll(), ["fork 10 20", "exec 20 nginx"]);
  tree.process({ pid: 20, ppid: 10, startTicks: 300, comm: "sh" });
  assert.deepEqual(poll(), ["exec 20 sh"]);
});

test("a rename alone is no exec where the executable can be read", (t) => {
  const { tree, poll } = world(t);
  poll();
  tree.process({ pid: 10, ppid: 1, startTicks: 200, comm: "disguise", exe: "/bin/bash" });
  assert.deepEqual(poll(), []);
});

test("a process that is gone has ended; a pid used again is an end and a begin", (t) => {
  const { tree, poll } = world(t);
  poll();
  tree.process({ pid: 10, ppid: 1, startTicks: 999, comm: "other", exe: "/bin/other" });
  assert.deepEqual(poll(), ["exit 10 200", "fork 1 10", "exec 10 /bin/other"]);
  tree.end(10);
  assert.deepEqual(poll(), ["exit 10 999"]);
});

test("parents begin before their children, whatever their pids", (t) => {
  const { tree, poll } = world(t);
  poll();
  tree.process({ pid: 30, ppid: 10, startTicks: 300, comm: "bash", exe: "/bin/bash" });
  tree.process({ pid: 20, ppid: 30, startTicks: 301, comm: "bash", exe: "/bin/bash" });
  assert.deepEqual(poll(), ["fork 10 30", "fork 30 20"]);
});

test("events carry the inodes of their groups, and are counted by kind", (t) => {
  const { tree } = world(t);
  tree.group("", "web", { "cgroup.procs": "20\n" });
  const events = new ProcfsEvents({ procRoot: tree.procRoot, fs: tree.fs });
  events.poll(0);
  tree.process({ pid: 20, ppid: 10, startTicks: 300, comm: "a", exe: "/bin/a", cgroup: "0::/web\n" });
  const exec = events.poll(0).find(({ kind }) => kind === "exec");
  const inode = tree.fs.inode("v2", "/web");
  assert.deepEqual([exec?.cgroupId, exec?.cpuCgroupId], [inode, inode]);
  assert.deepEqual(events.counts(), { ...noEvents(), exec: 1, fork: 1 });
});

function world(t: TestContext) {
  const tree = new HostTree("v2");
  t.after(() => tree.remove());
  tree.write("proc/uptime", "12.34 20.00\n");
  tree.process({ pid: 1, ppid: 0, startTicks: 1, comm: "init", exe: "/sbin/init" });
  tree.process({ pid: 10, ppid: 1, startTicks: 200, comm: "bash", exe: "/bin/bash" });
  const events = new ProcfsEvents({ procRoot: tree.procRoot });
  return { tree, events, poll: () => events.poll(0).map(describe) };
}

function describe(event: SensedEvent): string {
  const { pid, startTicks } = event.process;
  if (event.kind === "fork") return `fork ${pid} ${event.child.pid}`;
  return event.kind === "exec" ? `exec ${pid} ${event.path}` : `${event.kind} ${pid} ${startTicks}`;
}
