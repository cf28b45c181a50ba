import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "../core/clock.ts";
import { seededRandom } from "../core/random.ts";
import { verifyJournal } from "../guard/journal/scan.ts";
import { restoreFromJournal } from "../guard/restore.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";

const fs = new CgroupFs(probeCgroupLayout());
const DRIVER = join(dirname(fileURLToPath(import.meta.url)), "driver.fixture.ts");
const PROPOSALS = [
  { kind: "cpu.weight", value: 10 },
  { kind: "cpu.idle", value: 1 },
  { kind: "freeze", value: 1 },
];

function unable(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  if (fs.layout.cpu === undefined || fs.layout.freezer === undefined) return "needs a cpu and a freezer hierarchy";
  return undefined;
}

interface Stage {
  readonly state: string;
  /** The knobs as they were before the layer. */
  readonly before: string;
  readonly group: string;
  knobs(): string;
  /** Starts the layer. */
  launch(): ChildProcess;
  /** Starts the layer and waits until weight, idle and freeze are all in force. */
  start(): Promise<{ readonly child: ChildProcess; pids(): Record<"warden" | "hive" | "sentinel", number> }>;
  /** Milliseconds until the knobs are as they were before the layer. */
  restored(withinMs: number): Promise<number>;
}

/** A group with one sleeping process, in every hierarchy that counts; removed afterwards. */
function stage(t: TestContext): Stage {
  const state = mkdtempSync(join(tmpdir(), "swarms-test-kill-"));
  const top = `/swarms-test-kill-${process.pid}`;
  const group = `${top}/job`;
  const roots = [...new Set([fs.layout.cpu!.dir, fs.layout.freezer!.dir])];
  for (const root of roots) {
    mkdirSync(join(root, top));
    // v2: children have cpu files only where the parent delegates the controller.
    if (root === fs.layout.cpu!.dir && fs.layout.cpu!.version === 2)
      writeFileSync(join(root, top, "cgroup.subtree_control"), "+cpu");
    mkdirSync(join(root, group));
  }
  const sleeper = spawn("sleep", ["120"], { stdio: "ignore" });
  for (const root of roots) writeFileSync(join(root, group, "cgroup.procs"), String(sleeper.pid));
  const weight = fs.layout.cpu!.version === 1 ? "cpu.shares" : "cpu.weight";
  // A baseline that is not the kernel's default: it must come back, not the default.
  fs.write("cpu", group, weight, "300");
  const read = (controller: "cpu" | "freezer", file: string): string => {
    const text = fs.read(controller, group, file);
    return text.ok ? text.value : text.says;
  };
  const knobs = (): string =>
    [
      read("cpu", weight),
      read("cpu", "cpu.idle"),
      read("freezer", fs.layout.freezer!.version === 1 ? "freezer.state" : "cgroup.freeze"),
    ].join(" ");
  const before = knobs();
  const children: ChildProcess[] = [];
  t.after(async () => {
    for (const child of children) child.kill("SIGKILL");
    await until(() => knobs() === before, 3000).catch(() => undefined);
    restoreFromJournal({ folder: join(state, "journal"), fs, clock: systemClock, cause: "restore" });
    sleeper.kill("SIGKILL");
    await until(() => fs.processes(fs.layout.v2 === undefined ? "cpu" : "v2", group).length === 0, 3000).catch(
      () => undefined,
    );
    for (const root of roots) for (const path of [group, top]) rmdirSync(join(root, path));
    rmSync(state, { recursive: true, force: true, maxRetries: 10 });
  });
  const launch = (): ChildProcess => {
    const child = spawn(process.execPath, [DRIVER, state, group, JSON.stringify(PROPOSALS)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    return child;
  };
  return {
    state,
    before,
    group,
    knobs,
    launch,
    restored: (withinMs) => until(() => knobs() === before, withinMs),
    async start() {
      const child = launch();
      const lines: string[] = [];
      let pids = { warden: 0, hive: 0, sentinel: 0 };
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on("line", (line) => {
          if (line.startsWith("pids ")) pids = JSON.parse(line.slice(5)) as typeof pids;
          else lines.push(line);
        });
      }
      // v1 shows 3 shares, v2 a weight of 0, while idle.
      await until(() => / 1 (1|FROZEN)$/.test(knobs()) && pids.hive > 0, 20_000).catch(() => {
        throw new Error(`never in force: ${knobs()}\n${lines.join("\n")}`);
      });
      return { child, pids: () => pids };
    },
  };
}

async function until(condition: () => boolean, withinMs: number): Promise<number> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > withinMs) throw new Error(`not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - start;
}

for (const victim of ["warden", "sentinel", "hive"] as const) {
  test(`kill -9 of the ${victim}: everything is back within two seconds, the next start is clean, the journal verifies`, async (t) => {
    const reason = unable();
    if (reason !== undefined) return t.skip(reason);
    const { state, start, restored } = stage(t);
    const { child, pids } = await start();
    process.kill(pids()[victim], "SIGKILL");
    await restored(2000);
    if (victim === "warden") {
      const again = await start();
      again.child.kill("SIGTERM");
    } else {
      child.kill("SIGTERM");
    }
    await restored(2000);
    await until(() => verifyJournal(join(state, "journal")).ok, 2000);
  });
}

for (const victim of ["warden", "sentinel"] as const) {
  test(`SIGSTOP of the ${victim}: the other ends it, and everything is back within ten seconds`, async (t) => {
    const reason = unable();
    if (reason !== undefined) return t.skip(reason);
    const { state, start, restored } = stage(t);
    const { child, pids } = await start();
    const stopped = pids()[victim];
    t.after(() => endedOrEnd(stopped));
    // The change is renewed as long as it is asked for: what is seen is that it was taken back at all.
    process.kill(stopped, "SIGSTOP");
    await restored(10_000);
    if (victim === "warden") await until(() => child.signalCode === "SIGKILL", 2000);
    else await until(() => pids().sentinel !== stopped, 5000);
    child.kill("SIGTERM");
    await restored(5000);
    await until(() => verifyJournal(join(state, "journal")).ok, 2000);
  });
}

test("kill -9 of the warden at random moments, from the first instruction on: back within two seconds each time", async (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const { state, launch, restored } = stage(t);
  const random = seededRandom(20260101);
  for (let run = 0; run < 8; run++) {
    const child = launch();
    const afterMs = Math.floor(random() * 1200);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    child.kill("SIGKILL");
    await restored(2000).catch((error: unknown) => {
      throw new Error(`run ${run}, killed after ${afterMs} ms`, { cause: error });
    });
  }
  await until(() => verifyJournal(join(state, "journal")).ok, 2000);
});

test("SIGTERM puts everything back and ends all three processes", async (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const { start, knobs, before } = stage(t);
  const { child, pids } = await start();
  const all = Object.values(pids());
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await exited;
  // Nothing that was asked for while the layer was ending may be in force now.
  assert.equal(knobs(), before);
  const alive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  await until(() => !all.some(alive), 4000);
});

test("a second instance on the same state folder is refused and disturbs nothing", async (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const { state, group, start, knobs } = stage(t);
  await start();
  const held = knobs();
  const owner = statSync(join(state, "hive")).uid;
  // The driver's hive is root's; a real one runs as the folder's owner, whose id is then nobody else's to have.
  const hive = spawn("sleep", ["60"], { stdio: "ignore", uid: owner });
  t.after(() => hive.kill("SIGKILL"));
  const second = spawn(process.execPath, [DRIVER, state, group, "[]"], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  second.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const code = await new Promise((resolve) => second.on("exit", resolve));
  assert.notEqual(code, 0);
  assert.match(said, /SW-STATE-BUSY|holds/);
  assert.equal(knobs(), held);
  assert.equal(statSync(join(state, "hive")).uid, owner, "the hive's folder is the running hive's");
});

function endedOrEnd(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
