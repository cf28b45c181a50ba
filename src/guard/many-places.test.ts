import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ACTUATORS } from "./actuators/actuators.ts";
import { assertApplied, assertRefused, ENFORCE, world, type World } from "./guard.fixture.ts";

/** Knobs that are many: each task, each disk, each executable; and those of the whole host. */
const KINDS = ["sched.nice", "sched.slice", "io.max", "exec.kill", "exec.deny", "net.deny", "memory.high", "cpu.max"];
const HOST = ["sysctl.vm.swappiness", "sysctl.vm.dirty_ratio"];
const NAMED = {
  ...ENFORCE,
  budget: { shareOfScope: 1, containmentsPerHour: 100 },
  actions: Object.fromEntries([...KINDS, ...HOST].map((kind) => [kind, { mode: "enforce" }])),
};

function nice(w: World, tid: number): number {
  return w.host.access.tasks.get(tid).ok ? (w.host.access.schedules.get(tid)?.nice ?? 0) : NaN;
}

function setNice(w: World, tid: number, value: number): void {
  w.host.access.schedules.set(tid, { policy: 0, nice: value, sliceNs: 2_800_000 });
}

test("each task goes back to its own value; one that ended is nobody's failure, one that began with ours goes back too", (t) => {
  const w = world(t, NAMED);
  setNice(w, 102, -3);
  assertApplied(w.propose("sched.nice", "/swarms/a", 5));
  assert.deepEqual([nice(w, 101), nice(w, 102), nice(w, 201)], [5, 5, 0]);
  w.host.process(103, { cgroup: "/swarms/a" });
  setNice(w, 103, 5);
  w.host.process(104, { cgroup: "/swarms/a" });
  setNice(w, 104, 9);
  w.host.leave(101);
  assert.equal(w.propose("sched.nice", "/swarms/a", 5).outcome, "renewed");
  w.clock.advance(10_000);
  assert.deepEqual(
    w.guard.expire().map(({ written }) => written),
    [true],
  );
  const common = nice(w, 103);
  assert.ok(common === 0 || common === -3, `${common}`);
  assert.deepEqual([nice(w, 102), nice(w, 104)], [-3, 9]);
  w.verify();
});

test("a task that is forked while the others are changed is met by the next pass", (t) => {
  const w = world(t, NAMED);
  let forked = false;
  w.host.access.onSchedule = () => {
    if (forked) return;
    forked = true;
    w.host.process(105, { cgroup: "/swarms/a" });
  };
  assertApplied(w.propose("sched.nice", "/swarms/a", 5));
  assert.equal(nice(w, 105), 5);
});

test("somebody else's value of one task ends the change: theirs stays, the rest goes back", (t) => {
  const w = world(t, NAMED);
  assertApplied(w.propose("sched.nice", "/swarms/a", 5));
  setNice(w, 101, 1);
  assertRefused(w.propose("sched.nice", "/swarms/a", 5), "SW-GUARD-YIELD");
  assert.deepEqual([nice(w, 101), nice(w, 102)], [1, 0]);
  assert.deepEqual(w.guard.leases(), []);
});

test("tasks of other policies are left alone, and more tasks than can be written down are refused", (t) => {
  const w = world(t, NAMED);
  w.host.access.schedules.set(101, { policy: 1, nice: 0, sliceNs: 0 });
  assertApplied(w.propose("sched.slice", "/swarms/a", 5000));
  assert.equal(w.host.access.schedules.get(101)?.sliceNs, 0);
  assert.equal(w.host.access.schedules.get(102)?.sliceNs, 5_000_000);
  w.host.group(
    "/swarms/many",
    Array.from({ length: 257 }, (_, index) => 1000 + index),
  );
  assertRefused(w.propose("sched.nice", "/swarms/many", 5), "SW-GUARD-KNOB");
});

test("a restore after a crash puts schedules back, also where the journal has no result", (t) => {
  const w = world(t, NAMED);
  let sets = 0;
  w.host.access.onSchedule = () => {
    if (sets++ === 1) throw new Error("killed here");
  };
  assert.throws(() => w.propose("sched.nice", "/swarms/a", 5), /killed here/);
  assert.deepEqual([nice(w, 101), nice(w, 102)].sort(), [0, 5]);
  w.host.access.onSchedule = () => {};
  const restored = w.restore();
  assert.deepEqual(restored.ok && restored.value.map(({ written }) => written), [true]);
  assert.deepEqual([nice(w, 101), nice(w, 102)], [0, 0]);
});

for (const shape of ["v2", "v1"] as const)
  test(`${shape}: disk limits of others stay, and a write that was cut off goes back`, (t) => {
    const w = world(t, NAMED, shape);
    const others = shape === "v2" ? "io.max" : "blkio.throttle.write_bps_device";
    const first = shape === "v2" ? "io.max" : "blkio.throttle.read_bps_device";
    const other = shape === "v2" ? "8:0 rbps=max wbps=4096 riops=max wiops=max" : "8:0 4096";
    w.someoneWrites(others, shape === "v2" ? "8:0 wbps=4096" : other);
    w.host.after = () => {
      throw new Error("killed here");
    };
    assert.throws(() => w.propose("io.max", "/swarms/a", 2048), /killed here/);
    w.host.after = () => {};
    assert.match(w.see(first), /254:0 .*2097152/);
    const restored = w.restore();
    assert.deepEqual(restored.ok && restored.value.map(({ written }) => written), [true]);
    assert.deepEqual([w.see(others), w.see(first)], [other, shape === "v2" ? other : ""]);
  });

test("each executable is added to those refused before; the first baseline goes back in one", (t) => {
  const w = world(t, NAMED);
  const refuse = (ino: number) => w.propose("exec.kill", "/swarms/a", 1, { file: { dev: 7, ino } });
  assertApplied(refuse(1));
  assert.equal(refuse(1).outcome, "renewed");
  assert.equal(assertApplied(refuse(2)).to, "refused 7:1 7:2");
  assert.equal(w.guard.leases().length, 1);
  w.guard.revertAll("shutdown");
  const inode = w.host.inode("v2", "/swarms/a") ?? 0;
  assert.deepEqual(w.host.access.execKill.list(inode), []);
  w.verify();
});

test("a cut that somebody took off is theirs to take: it ends, and is not repeated for a while", (t) => {
  const w = world(t, NAMED);
  assertApplied(w.propose("net.deny", "/swarms/a", 2));
  w.host.access.policies.clear();
  assertRefused(w.propose("net.deny", "/swarms/a", 2), "SW-GUARD-YIELD");
  assert.deepEqual(w.guard.leases(), []);
});

test("the allow-list is the configuration's, never the asker's; without one there is no mode 3", (t) => {
  const w = world(t, NAMED);
  assertRefused(w.propose("net.deny", "/swarms/a", 3), "SW-GUARD-BOUNDS");
  const listed = world(t, { ...NAMED, net: { allow: ["10.0.0.0/8:5432"] } });
  assert.equal(assertApplied(listed.propose("net.deny", "/swarms/a", 3)).to, "denied all but 10.0.0.0/8:5432");
});

test("a memory bound goes down by a factor of the present use at most, from no limit too", (t) => {
  const w = world(t, NAMED);
  // 100 MiB are in use.
  assertRefused(w.propose("memory.high", "/swarms/a", 49), "SW-GUARD-STEP");
  assertApplied(w.propose("memory.high", "/swarms/a", 50));
  assertRefused(w.propose("memory.high", "/swarms/a", 24), "SW-GUARD-STEP");
  assertApplied(world(t, NAMED).propose("memory.high", "/swarms/a", 4096));
});

test("a sysctl is touched only where it is named, is not the operator's, and has no counterpart in use", (t) => {
  const w = world(t, NAMED);
  const host = { target: "host" };
  assertRefused(w.propose("sysctl.vm.page-cluster", "", 1, host), "SW-GUARD-SCOPE");
  assertRefused(w.propose("sysctl.vm.swappiness", "/swarms/a", 30), "SW-GUARD-SCOPE");
  assertRefused(w.propose("sysctl.vm.swappiness", "", 10, host), "SW-GUARD-STEP");
  assertApplied(w.propose("sysctl.vm.swappiness", "", 30, host));
  assert.equal(ACTUATORS["sysctl.vm.swappiness"].describe(w.host, "30"), "30 of 200");
  mkdirSync(join(w.host.access.etcRoot, "sysctl.d"), { recursive: true });
  writeFileSync(join(w.host.access.etcRoot, "sysctl.d/9.conf"), "vm.swappiness = 1\n");
  assertRefused(w.propose("sysctl.vm.swappiness", "", 30, host), "SW-GUARD-YIELD");
  assert.deepEqual(w.guard.leases(), []);
  assert.deepEqual(w.host.read("host", "/", "vm/swappiness"), { ok: true, value: "60" });
  writeFileSync(join(w.host.procRoot, "sys/vm/dirty_bytes"), "1000000");
  assertRefused(w.propose("sysctl.vm.dirty_ratio", "", 15, host), "SW-GUARD-YIELD");
  w.verify();
});
