import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { test } from "node:test";
import { readProcessStat } from "../kernel/procfs.ts";
import { HostTree } from "./host-tree.fixture.ts";
import { snapshotProcesses } from "./snapshot.ts";

test("a snapshot tells who runs what, under whom, in which group", (t) => {
  const tree = new HostTree("v2");
  t.after(() => tree.remove());
  tree.process({ pid: 1, ppid: 0, startTicks: 5, comm: "init", exe: "/bin/sh", cgroup: "0::/init.scope\n" });
  tree.process({ pid: 7, ppid: 1, startTicks: 9, comm: "evil\x1b[2J", cgroup: "3:cpu:/x\n0::/a\x07b\n" });
  tree.process({ pid: 8, ppid: 6, startTicks: 9, comm: "orphan" });
  tree.write("proc/9/stat", "not a stat line");
  const [init, evil, orphan, ...rest] = snapshotProcesses({ procRoot: tree.procRoot });
  assert.deepEqual(rest, []);
  assert.deepEqual([init?.path, init?.exe.ino, init?.cgroup], ["/bin/sh", statSync("/bin/sh").ino, "/init.scope"]);
  assert.deepEqual([evil?.parent, evil?.comm, evil?.path], [{ pid: 1, startTicks: 5 }, "evil\\x1b[2J", ""]);
  assert.deepEqual([evil?.cgroup, evil?.exe], ["/a\\x07b", { dev: 0, ino: 0 }]);
  assert.deepEqual(orphan?.parent, { pid: 6, startTicks: 0 });
});

test("each row says when it was read, the last one when the look began, and a group its inode", (t) => {
  const tree = new HostTree("v2");
  t.after(() => tree.remove());
  for (const pid of [1, 2]) tree.process({ pid, cgroup: "0::/\n" });
  let now = 100;
  const look = { procRoot: tree.procRoot, v2: tree.procRoot, bootNs: () => now++ };
  const seen = snapshotProcesses(look);
  assert.deepEqual(
    seen.map(({ atNs, lookNs }) => [atNs, lookNs]),
    [
      [101, undefined],
      [102, 100],
    ],
  );
  assert.equal(seen[0]?.cgroupId, statSync(tree.procRoot).ino);
  // One that left somebody out says nothing of who is gone.
  assert.equal(snapshotProcesses({ ...look, limit: 1 })[0]?.lookNs, undefined);
});

test("a snapshot is bounded, lowest pids first", (t) => {
  const tree = new HostTree("v2");
  t.after(() => tree.remove());
  for (const pid of [30, 4, 200]) tree.process({ pid });
  const seen = snapshotProcesses({ procRoot: tree.procRoot, limit: 2 });
  assert.deepEqual(
    seen.map(({ process }) => process.pid),
    [4, 30],
  );
});

test("this very process is in the snapshot of the host, as the kernel knows it", () => {
  const self = snapshotProcesses().find((seen) => seen.process.pid === process.pid);
  const stat = readProcessStat(process.pid);
  assert.equal(self?.process.startTicks, stat?.startTicks);
  assert.equal(self?.parent.pid, process.ppid);
  assert.equal(self?.path, process.execPath);
  assert.equal(self?.exe.ino, statSync(process.execPath).ino);
  assert.equal(self?.uid, process.geteuid?.());
});
