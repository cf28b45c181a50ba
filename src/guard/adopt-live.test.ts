import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { ADOPTED } from "../core/adopted.ts";
import { FakeClock } from "../core/clock.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { kernelAccess } from "../kernel/kernel-access.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { placesOf } from "./actuators/adopt-groups.ts";
import { Guard } from "./guard.ts";
import { assertApplied, assertRefused, configOf, proposal } from "./guard.fixture.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import { restoreFromJournal } from "./restore.ts";

interface World {
  readonly fs: CgroupFs;
  readonly scope: string;
  readonly program: string;
  readonly guard: Guard;
  readonly clock: FakeClock;
  readonly folder: string;
  readonly journal: Journal;
  /** Pids that the guard takes for the layer's own. */
  readonly own: number[];
  /** A process that nobody else runs, no descendant of this one; forks when it is sent a line. */
  stray(): Promise<Stray>;
}

interface Stray {
  readonly pid: number;
  readonly starter: ChildProcess;
  /** A line into this makes it fork. (Node closes the pipe to what it has started with the starter.) */
  readonly fifo: string;
}

let worlds = 0;

/** A scope with nothing in it, and a program of this test alone, which runs where this test does. */
function world(t: TestContext, more: object = {}): World | undefined {
  const fs = new CgroupFs(probeCgroupLayout(), kernelAccess());
  if (process.getuid?.() !== 0 || fs.hierarchy("cpu") === undefined) {
    t.skip("needs root and the cpu hierarchy");
    return undefined;
  }
  const scope = `/swarms-test-adopt-${process.pid}-${worlds++}`;
  const root = mkdtempSync(join(tmpdir(), "swarms-adopt-"));
  const program = join(root, "stray");
  copyFileSync("/bin/sh", program);
  const strays: Stray[] = [];
  t.after(async () => {
    guard.revertAll("shutdown");
    for (const { pid, starter } of strays) {
      await end(pid);
      starter.stdout?.destroy();
    }
    rmdirSync(fs.dir("cpu", scope) ?? "");
    rmSync(root, { recursive: true, force: true, maxRetries: 10 });
  });
  mkdirSync(fs.dir("cpu", scope) ?? "");
  const [clock, folder] = [new FakeClock(), join(root, "journal")];
  const opened = openJournal(folder, { clock });
  assert.ok(opened.ok, opened.ok ? "" : opened.says);
  const config = configOf({
    mode: "enforce",
    scope: [scope],
    actions: { adopt: { mode: "enforce" } },
    workloads: [{ name: "my shop", match: { executable: program, user: "root" }, kind: "latency" }],
    ...more,
  });
  const own: number[] = [process.pid];
  const self = { pids: () => own.flatMap((pid) => readProcessStat(pid) ?? []) };
  const guard = new Guard({ config, fs, procRoot: "/proc", clock, journal: opened.value, self });
  const stray = async (): Promise<Stray> => {
    const fifo = join(root, `fifo${strays.length}`);
    execFileSync("mkfifo", [fifo]);
    const script = `echo $$; while :; do read line < ${fifo} && { sleep 600 & echo $!; }; done`;
    const starter = spawn("setsid", ["--fork", program, "-c", script], { stdio: ["ignore", "pipe", "ignore"] });
    const made = { pid: Number(String((await once(starter.stdout, "data"))[0]).trim()), starter, fifo };
    strays.push(made);
    // Until then it is a grandchild of this process, which is never moved.
    for (let look = 0; look < 200 && readProcessStat(made.pid)?.ppid === starter.pid; look++) await pause(10);
    return made;
  };
  return { fs, scope, program, own, guard, clock, folder, journal: opened.value, stray };
}

function groupsOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cgroup`, "utf8");
}

/** Paths of the adopted groups that there are, over all hierarchies. */
function left({ fs, scope }: World): string[] {
  return placesOf(fs).filter((place) => fs.exists(place, `${scope}/${ADOPTED}`));
}

/** Pid 1, its parent, may take its time to ask for its status. */
async function end(pid: number): Promise<void> {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
  for (let look = 0; look < 200 && !"ZX".includes(readProcessStat(pid)?.state ?? "X"); look++) await pause(10);
}

async function fork({ starter: { stdout }, fifo }: Stray): Promise<number> {
  assert.ok(stdout);
  const told = once(stdout, "data");
  writeFileSync(fifo, "fork\n");
  return Number(String((await told)[0]).trim());
}

test("declared processes get a group of their own in every hierarchy, their children too, and go back where they were", async (t) => {
  const w = world(t);
  if (w === undefined) return;
  const [one, two] = [await w.stray(), await w.stray()];
  const before = [groupsOf(one.pid), groupsOf(process.pid)];
  const decision = w.guard.decide(proposal("adopt", `w:${w.scope}`, 1));
  const { action } = assertApplied(decision);
  assert.match(decision.says, /2 processes of my shop have a group of their own/);
  for (const { pid } of [one, two])
    for (const place of placesOf(w.fs))
      assert.ok(w.fs.processes(place, `${w.scope}/${ADOPTED}/my_shop`).includes(pid), `${pid} in ${place}`);
  assert.equal(groupsOf(process.pid), before[1], "nobody else was moved");
  const child = await fork(one);
  assert.ok(w.fs.processes("cpu", `${w.scope}/${ADOPTED}/my_shop`).includes(child));
  assert.equal(w.guard.decide(proposal("adopt", `w:${w.scope}`, 1)).outcome, "renewed");
  const undone = w.guard.undo(action, "the test");
  assert.ok(undone.ok && undone.value.written, undone.ok ? undone.value.says : undone.says);
  for (const pid of [one.pid, two.pid, child]) assert.equal(groupsOf(pid), before[0], String(pid));
  assert.deepEqual(left(w), []);
  await end(child);
});

test("one that comes later is taken in, and the way back still knows where the first was", async (t) => {
  const w = world(t);
  if (w === undefined) return;
  const one = await w.stray();
  const before = groupsOf(one.pid);
  const first = assertApplied(w.guard.decide(proposal("adopt", `w:${w.scope}`, 1))).action;
  const two = await w.stray();
  const second = assertApplied(w.guard.decide(proposal("adopt", `w:${w.scope}`, 1))).action;
  assert.notEqual(first, second);
  assert.equal(w.fs.processes("cpu", `${w.scope}/${ADOPTED}/my_shop`).length, 2);
  w.clock.advance(60_000);
  assert.deepEqual(
    w.guard.expire().map(({ action }) => action),
    [second],
  );
  for (const { pid } of [one, two]) assert.equal(groupsOf(pid), before);
  assert.deepEqual(left(w), []);
});

test("what a dead guard left is put back from the journal", async (t) => {
  const w = world(t);
  if (w === undefined) return;
  const one = await w.stray();
  const before = groupsOf(one.pid);
  assertApplied(w.guard.decide(proposal("adopt", `w:${w.scope}`, 1)));
  w.journal.close();
  const restored = restoreFromJournal({ folder: w.folder, fs: w.fs, clock: w.clock, cause: "warden-lost" });
  assert.deepEqual(restored.ok && restored.value.map(({ written }) => written), [true]);
  assert.equal(groupsOf(one.pid), before);
  assert.deepEqual(left(w), []);
});

test("where they ended meanwhile, the groups go all the same", async (t) => {
  const w = world(t);
  if (w === undefined) return;
  const one = await w.stray();
  const { action } = assertApplied(w.guard.decide(proposal("adopt", `w:${w.scope}`, 1)));
  await end(one.pid);
  assert.ok(w.guard.undo(action, "the test").ok);
  assert.deepEqual(left(w), []);
});

test("refused: nobody to adopt, a scope of somebody else, not named in the configuration, not wanted", async (t) => {
  const w = world(t);
  if (w === undefined) return;
  assertRefused(w.guard.decide(proposal("adopt", `w:${w.scope}`, 1)), "SW-GUARD-KNOB");
  assertRefused(w.guard.decide(proposal("adopt", "w:/", 1)), "SW-GUARD-SCOPE");
  const unnamed = world(t, { actions: {} });
  assert.ok(unnamed);
  await unnamed.stray();
  assert.equal(unnamed.guard.decide(proposal("adopt", `w:${unnamed.scope}`, 1)).outcome, "observed");
  assert.deepEqual(left(unnamed), []);
  const unwanted = world(t, {
    workloads: [{ name: "x", match: { executable: unnamed.program }, kind: "batch", adopt: false }],
  });
  assert.ok(unwanted);
  assertRefused(unwanted.guard.decide(proposal("adopt", `w:${unwanted.scope}`, 1)), "SW-GUARD-KNOB");
});

test("never moved: the layer, its ancestors, and what is protected", async (t) => {
  const w = world(t, { workloads: [{ name: "all", match: { executable: process.execPath }, kind: "batch" }] });
  if (w === undefined) return;
  const before = groupsOf(process.pid);
  w.guard.decide(proposal("adopt", `w:${w.scope}`, 1));
  assert.equal(groupsOf(process.pid), before);
  assert.equal(
    w.guard.revertAll("shutdown").every(({ written }) => written),
    true,
  );
  assert.deepEqual(left(w), []);
});

test("one that turns out to be protected once it was moved goes back at once, with all others", async (t) => {
  const w = world(t);
  if (w === undefined) return;
  const [one, two] = [await w.stray(), await w.stray()];
  const before = groupsOf(one.pid);
  // Nothing tells it apart when those who are to be moved are looked for.
  w.own.push(two.pid);
  assertRefused(w.guard.decide(proposal("adopt", `w:${w.scope}`, 1)), "SW-GUARD-PROTECTED");
  for (const { pid } of [one, two]) assert.equal(groupsOf(pid), before);
  assert.deepEqual(left(w), []);
  assert.deepEqual(w.guard.leases(), []);
});
