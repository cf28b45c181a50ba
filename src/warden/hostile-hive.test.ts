import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "../core/clock.ts";
import type { GuardInfo } from "../core/guard-info.ts";
import { statePaths } from "../core/state-paths.ts";
import { CONTROL_REQUEST, type ControlAnswer } from "../core/wire/control.ts";
import { encodeFrame, FrameReader } from "../core/wire/frame.ts";
import { verifyJournal } from "../guard/journal/scan.ts";
import { restoreFromJournal } from "../guard/restore.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import type { Aims } from "./hostile-hive-program.fixture.ts";

const fs = new CgroupFs(probeCgroupLayout());
const DRIVER = join(dirname(fileURLToPath(import.meta.url)), "hostile-hive-driver.fixture.ts");
const TOP = `/swarms-test-hostile-${process.pid}`;
const SCOPE = [`${TOP}/in/a`, `${TOP}/in/b`];
const OUTSIDE = `${TOP}/out`;
const MIB = 1 << 20;
const children: ChildProcess[] = [];

test("a hive in other hands: nothing out of scope or bounds is written, nobody protected ended, the budget's few are, the rest is counted and raised, and the warden goes on", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  if (fs.layout.cpu === undefined || fs.layout.freezer === undefined)
    return t.skip("needs a cpu and a freezer hierarchy");
  const state = mkdtempSync(join(tmpdir(), "swarms-test-hostile-"));
  const sshd = join(state, "sshd");
  copyFileSync("/bin/sleep", sshd);
  const roots = makeGroups(t, state);
  const start = (group: string, path = "sleep"): number => startIn(roots, group, path);
  const victims = SCOPE.flatMap((group) => [start(group), start(group), start(group)]);
  const guarded = start(`${TOP}/in/guarded`, sshd);
  const foreign = start(OUTSIDE);
  const untouchable = [process.pid, guarded, foreign];
  const knobs = (): string => [`${TOP}/in/guarded`, OUTSIDE, TOP].map((group) => knobsOf(group)).join("; ");
  const before = knobs();
  const diary = join(state, "diary");
  writeFileSync(diary, "");
  const aims: Aims = { diary, scope: SCOPE, outside: OUTSIDE, victims, untouchable };
  const { child, lines, pid } = await startDriver([state, JSON.stringify(aims), `${TOP}/in`, sshd]);
  await until(() => statSync(diary).size > 0, 30_000, lines);
  const memory = residentOf(pid);
  let asked = await askGuard(state);
  for (let tries = 0; (asked?.outcomes.refused ?? 0) < 1000 && tries < 300; tries++) {
    await pause(100);
    asked = await askGuard(state);
  }

  const living = (): number[] => victims.filter((each) => isRunning(each));
  assert.ok(victims.length - living().length <= 2 * 3, "two kills at most, of a process or of a group of three");
  assert.ok(victims.length > living().length, "the budget's few are let through");
  assert.ok((asked?.outcomes.refused ?? 0) >= 1000, `refused: ${asked?.outcomes.refused}`);
  assert.ok((asked?.outcomes.applied ?? 0) <= 3, `applied: ${asked?.outcomes.applied}`);
  assert.ok(
    asked?.alarms.some(({ alarm }) => alarm === "budget" || alarm === "flood"),
    JSON.stringify(asked?.alarms),
  );
  // It goes too far itself: twenty thousand kills at once end it; the one after the next is honest.
  process.kill(hiveOf(pid), "SIGKILL");
  await until(() => lines.some((line) => /the hive (flooded the warden|hung)/.test(line)), 30_000, lines);
  await until(() => /^c-\d+: cpu\.weight/m.test(lines.join("\n")), 30_000, lines);

  assert.deepEqual(
    untouchable.filter((each) => !isRunning(each)),
    [],
  );
  assert.equal(knobs(), before);
  assert.ok(residentOf(pid) - memory < 128 * MIB, `the warden grew from ${memory} to ${residentOf(pid)} bytes`);
  const journal = join(state, "journal");
  const written = readdirSync(journal).reduce((sum, name) => sum + statSync(join(journal, name)).size, 0);
  assert.ok(written < 2 * MIB, `${written} bytes of journal`);
  const ended = victims.length - living().length;
  const figures = [asked?.outcomes.applied, asked?.outcomes.refused, ended, residentOf(pid) - memory, written];
  t.diagnostic(`applied, refused, ended, bytes grown, bytes of journal: ${figures.join(", ")}`);
  child.kill("SIGTERM");
  await until(() => child.exitCode !== null || child.signalCode !== null, 30_000, lines);
  const verified = verifyJournal(journal);
  assert.ok(verified.ok, verified.ok ? "" : verified.says);
  assert.equal(knobs(), before);
});

function makeGroups(t: TestContext, state: string): string[] {
  const roots = [...new Set([fs.layout.cpu!.dir, fs.layout.freezer!.dir, ...(fs.layout.v2 ? [fs.layout.v2] : [])])];
  const groups = [TOP, `${TOP}/in`, ...SCOPE, `${TOP}/in/guarded`, OUTSIDE];
  t.after(async () => {
    // First, whatever order the runner has for what is to be done at the end: a group with processes stays.
    for (const child of children.splice(0)) child.kill("SIGKILL");
    restoreFromJournal({ folder: join(state, "journal"), fs, clock: systemClock, cause: "restore" });
    for (const root of roots)
      for (const group of groups.toReversed())
        for (let tries = 0; tries < 200 && !removed(join(root, group)); tries++) await pause(10);
    rmSync(state, { recursive: true, force: true, maxRetries: 10 });
  });
  for (const root of roots)
    for (const group of groups) {
      mkdirSync(join(root, group));
      const delegates = root === fs.layout.cpu!.dir && fs.layout.cpu!.version === 2 && /^\/[^/]*(\/in)?$/.test(group);
      if (delegates) writeFileSync(join(root, group, "cgroup.subtree_control"), "+cpu");
    }
  return roots;
}

function startIn(roots: readonly string[], group: string, path: string): number {
  const child = spawn(path, ["120"], { stdio: "ignore" });
  children.push(child);
  for (const root of roots) writeFileSync(join(root, group, "cgroup.procs"), String(child.pid));
  return child.pid ?? 0;
}

async function startDriver(args: readonly string[]): Promise<{ child: ChildProcess; lines: string[]; pid: number }> {
  const child = spawn(process.execPath, [DRIVER, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      if (lines.length < 5000) lines.push(line);
    });
  await until(() => lines.some((line) => line.startsWith("pids ")), 30_000, lines);
  return { child, lines, pid: child.pid ?? 0 };
}

function knobsOf(group: string): string {
  const weight = fs.layout.cpu?.version === 1 ? "cpu.shares" : "cpu.weight";
  const frozen = fs.layout.freezer?.version === 1 ? "freezer.state" : "cgroup.freeze";
  const read = (controller: "cpu" | "freezer", file: string): string => {
    const text = fs.read(controller, group, file);
    return text.ok ? text.value : "-";
  };
  return `${group} ${read("cpu", weight)} ${read("cpu", "cpu.idle")} ${read("freezer", frozen)}`;
}

function askGuard(state: string): Promise<GuardInfo | undefined> {
  return new Promise((resolve) => {
    const socket = connect(statePaths(state).control);
    const reader = new FrameReader();
    let answer: GuardInfo | undefined;
    socket.on("error", () => resolve(undefined));
    socket.on("close", () => resolve(answer));
    socket.on("data", (chunk: Buffer) => {
      const frames = reader.push(chunk);
      const [frame] = frames.ok ? frames.value : [];
      const said = frame && (JSON.parse(Buffer.from(frame.payload).toString()) as ControlAnswer);
      if (said?.ok === true) answer = said.guard;
    });
    socket.write(encodeFrame(CONTROL_REQUEST, Buffer.from(JSON.stringify({ ask: "guard" }))));
  });
}

function hiveOf(warden: number): number {
  const children = readFileSync(`/proc/${warden}/task/${warden}/children`, "utf8")
    .split(" ")
    .filter(Boolean)
    .map(Number);
  const hive = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("hostile-hive-program"));
  assert.ok(hive !== undefined, "the hive that only asks is let live");
  return hive;
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function residentOf(pid: number): number {
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

function removed(dir: string): boolean {
  try {
    rmdirSync(dir);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, withinMs: number, lines: readonly string[]): Promise<void> {
  const begin = performance.now();
  while (!condition()) {
    if (performance.now() - begin > withinMs)
      throw new Error(`not within ${withinMs} ms:\n${lines.slice(-30).join("\n")}`);
    await pause(10);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
