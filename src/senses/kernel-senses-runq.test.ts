import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { startKernelSenses } from "./kernel-senses.ts";

function missing(t: TestContext): boolean {
  const feature = probeBpfFeatures().find((one) => one.name === "ebpf.tp_btf");
  if (feature?.available !== true) t.skip(`needs ebpf.tp_btf (${feature?.found})`);
  return feature?.available !== true;
}

interface Schedstat {
  readonly onCpuNs: number;
  readonly waitedNs: number;
  readonly turns: number;
}

/** /proc/PID/schedstat: time on CPU, time waiting, times on CPU (Documentation/scheduler/sched-stats.rst). */
function schedstat(pids: readonly number[]): Schedstat {
  const sum = { onCpuNs: 0, waitedNs: 0, turns: 0 };
  for (const pid of pids) {
    const [onCpuNs = 0, waitedNs = 0, turns = 0] = readFileSync(`/proc/${pid}/schedstat`, "utf8")
      .split(" ")
      .map(Number);
    sum.onCpuNs += onCpuNs;
    sum.waitedNs += waitedNs;
    sum.turns += turns;
  }
  return sum;
}

function near(actual: number, expected: number, share: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= expected * share, `${what}: ${actual} against ${expected}`);
}

test("a crowded group's waits and CPU time are those that the scheduler itself counts", async (t) => {
  if (missing(t)) return;
  const { cpu } = probeCgroupLayout();
  if (cpu === undefined) return t.skip("needs the cpu controller");
  const dir = join(cpu.dir, `swarms-test-runq-${process.pid}`);
  const busy: ChildProcess[] = [];
  mkdirSync(dir);
  const senses = startKernelSenses({
    wants: [],
    runq: true,
    onRecords: () => undefined,
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
  });
  try {
    assert.ok(senses.ok, senses.ok ? "" : senses.says);
    for (let count = 0; count < cpus().length * 2; count++)
      busy.push(spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" }));
    const pids = busy.map((child) => child.pid ?? 0);
    for (const pid of pids) writeFileSync(join(dir, "cgroup.procs"), String(pid));
    await sleep(200);
    senses.value.runq();
    const before = schedstat(pids);
    await sleep(1500);
    const delta = senses.value.runq()?.get(statSync(dir).ino);
    const after = schedstat(pids);
    assert.ok(delta);
    const turns = after.turns - before.turns;
    const meanNs = (after.waitedNs - before.waitedNs) / turns;
    near(delta.onCpuNs, after.onCpuNs - before.onCpuNs, 0.1, "CPU time");
    near(delta.count, turns, 0.1, "turns");
    near(delta.meanNs, meanNs, 0.15, "mean delay");
    assert.ok(delta.p50Ns > 0 && delta.p50Ns <= delta.p99Ns && delta.p99Ns >= delta.meanNs);
    // They are pushed off their CPU at every turn, and never leave it by themselves.
    assert.ok(delta.sleeps <= turns / 20, `${delta.sleeps} sleeps in ${turns} turns`);
    // Hogs in turns: what each has before the next one is what all have had, divided by the turns.
    near(delta.bursts, turns, 0.1, "bursts");
    const meanBurstNs = delta.onCpuNs / delta.bursts;
    // Others of a busy host cut many turns short, so the median may lie far below the mean.
    assert.ok(delta.burstP50Ns > meanBurstNs / 64 && delta.burstP50Ns < meanBurstNs * 2, `${delta.burstP50Ns} ns`);
    assert.ok(delta.burstP99Ns >= delta.burstP50Ns);
  } finally {
    for (const child of busy) child.kill("SIGKILL");
    await Promise.all(busy.map((child) => (child.exitCode ?? child.signalCode) === null && once(child, "exit")));
    if (senses.ok) await senses.value.close();
    await removeGroup(dir);
  }
});

test("an idle group is not in a reading, and a process that moves in brings it there", async (t) => {
  if (missing(t)) return;
  const { cpu } = probeCgroupLayout();
  if (cpu === undefined) return t.skip("needs the cpu controller");
  const dir = join(cpu.dir, `swarms-test-idle-${process.pid}`);
  mkdirSync(dir);
  const id = statSync(dir).ino;
  const senses = startKernelSenses({
    wants: [],
    runq: true,
    onRecords: () => undefined,
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
  });
  const child = spawn("sh", ["-c", "while :; do sleep 0.01; done"], { stdio: "ignore" });
  try {
    assert.ok(senses.ok);
    senses.value.runq();
    await sleep(100);
    assert.equal(senses.value.runq()?.has(id), false);
    writeFileSync(join(dir, "cgroup.procs"), String(child.pid));
    await sleep(200);
    const delta = senses.value.runq()?.get(id);
    assert.ok(delta && delta.count >= 5 && delta.onCpuNs > 0);
    assert.ok(delta.sleeps >= 5, `${delta.sleeps} sleeps`);
    assert.equal(senses.value.counts().connect, 0);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
    if (senses.ok) await senses.value.close();
    await removeGroup(dir);
  }
});

/** A group can be removed once its last process is reaped, its short-lived children included. */
async function removeGroup(dir: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      rmdirSync(dir);
      return;
    } catch (error) {
      if (tries > 50) throw error;
      await sleep(20);
    }
  }
}
