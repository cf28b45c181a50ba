import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type TestContext, test } from "node:test";
import { systemClock } from "../core/clock.ts";
import { configSchema } from "../core/config.ts";
import type { ReadingBatch } from "../core/reading.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { snapshotProcesses } from "./snapshot.ts";
import { Sampler } from "./sampler.ts";

const fs = new CgroupFs(probeCgroupLayout());
const PATH = `/swarms-test-sampler-${process.pid}`;

test("live: a busy group's CPU time, waiting and tasks are seen, and it is gone when it is gone", async (t) => {
  const dirs = makeGroups(t);
  if (dirs === undefined) return;
  const busy = [0, 1, 2].map(() => spawnIn(t, dirs, "while :; do :; done"));
  const workloads = [{ name: "busy", cgroup: PATH, kind: "batch" }];
  const sampler = samplerOf(t, { workloads });
  sampler.sample();
  await sleep(1100);
  const own = readingsOf(sampler.sample(), `w:${PATH}`);
  assert.ok(own["cpu.cores"]! > 0.2, `cores ${own["cpu.cores"]}`);
  assert.equal(own["tasks"], 3);
  assert.equal(own["cpu.weight"], 100);
  // Three loops on two cores wait; on a larger machine there may be nothing to wait for.
  if (own["runq.delay.mean"] !== undefined) assert.ok(own["runq.delay.mean"] > 0);
  await Promise.all(busy.map((child) => ended(child)));
  for (const dir of dirs) rmdirSync(dir);
  assert.ok(!sampler.sample().workloads.some(({ name }) => name === PATH));
});

test("live: this process is found by group or by executable, whichever the host offers", async (t) => {
  const sampler = samplerOf(t, {});
  const batch = sampler.sample();
  assert.ok(batch.workloads.length > 0);
  const tasks = batch.readings.find(({ entity, name }) => entity === "host" && name === "tasks");
  assert.ok(tasks!.value >= 2);
});

test("live: an unprivileged user gets a view too, and a snapshot of names", (t) => {
  if (process.geteuid?.() !== 0) return t.skip("needs root to become another user");
  const script = `
    const { CgroupFs } = await import(${JSON.stringify(import.meta.resolve("../kernel/cgroup-fs.ts"))});
    const { probeCgroupLayout } = await import(${JSON.stringify(import.meta.resolve("../kernel/cgroup-layout.ts"))});
    const { Sampler } = await import(${JSON.stringify(import.meta.resolve("./sampler.ts"))});
    const { snapshotProcesses } = await import(${JSON.stringify(import.meta.resolve("./snapshot.ts"))});
    const { probeFeatures } = await import(${JSON.stringify(import.meta.resolve("../kernel/features.ts"))});
    const { ProcfsEvents } = await import(${JSON.stringify(import.meta.resolve("./procfs-events.ts"))});
    const { defaultConfig } = await import(${JSON.stringify(import.meta.resolve("../core/config.ts"))});
    // The sources may lie where only root can read: they are loaded before the user changes.
    process.setgid(65534);
    process.setuid(65534);
    const clock = { wallMs: () => Date.now(), monoMs: () => performance.now() };
    const fs = new CgroupFs(probeCgroupLayout());
    const batch = new Sampler({ fs, procRoot: "/proc", clock, config: defaultConfig, hostCpus: 2 }).sample();
    const root = probeFeatures().find(({ name }) => name === "root").available;
    new ProcfsEvents({ fs }).poll(0);
    console.log(JSON.stringify({ workloads: batch.workloads.length, seen: snapshotProcesses().length, root }));
  `;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 20_000,
  });
  assert.equal(child.status, 0, child.stderr);
  const { workloads, seen, root } = JSON.parse(child.stdout) as { workloads: number; seen: number; root: boolean };
  assert.ok(workloads > 0);
  assert.ok(seen >= snapshotProcesses().length / 2);
  assert.equal(root, false);
});

function samplerOf(t: TestContext, config: unknown): Sampler {
  const sampler = new Sampler({
    fs,
    procRoot: "/proc",
    clock: systemClock,
    config: configSchema.parse(config),
    hostCpus: 2,
    pace: { scanMs: 500, viewerMs: 500 },
  });
  t.after(() => sampler.close());
  return sampler;
}

/** The group in every hierarchy that the sampler reads; undefined where it cannot be made, and the test is skipped. */
function makeGroups(t: TestContext): string[] | undefined {
  const dirs = new Set([fs.dir("cpu", PATH), fs.dir("v2", PATH)].filter((dir) => dir !== undefined));
  try {
    for (const dir of dirs) mkdirSync(dir);
  } catch {
    t.skip("needs root and a writable cgroup hierarchy");
    return undefined;
  }
  t.after(() => {
    for (const dir of dirs) removeQuietly(dir);
  });
  return [...dirs];
}

function spawnIn(t: TestContext, dirs: readonly string[], script: string): ChildProcess {
  const child = spawn("sh", ["-c", `ulimit -t 20; read -r go; ${script}`], { stdio: ["pipe", "ignore", "ignore"] });
  t.after(() => child.kill("SIGKILL"));
  for (const dir of dirs) writeFileSync(join(dir, "cgroup.procs"), String(child.pid));
  child.stdin?.end("go\n");
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exit;
}

function removeQuietly(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // Gone with the test.
  }
}

function readingsOf(batch: ReadingBatch, entity: string): Record<string, number> {
  const own = batch.readings.filter((reading) => reading.entity === entity);
  return Object.fromEntries(own.map(({ name, value }) => [name, value]));
}
