import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { statePaths } from "../src/core/state-paths.ts";
import { readProcessStat } from "../src/kernel/procfs.ts";
import { Countdown } from "../src/lab/countdown.ts";
import { spreadOf } from "../src/lab/spread.ts";
import { atMost, benchOptions, conclude, type Figure } from "./harness.ts";

/*
 * What the layer costs a host on which nothing happens: CPU time and resident memory of its processes, in the default
 * configuration, nobody looking. The host's own activity, measured beside it, says how quiet it was: every event that other
 * programs make costs the layer too. Resident memory counts pages that processes share (most of the Node binary) in each.
 */

const TICKS_PER_SECOND = 100;
const WINDOW_SECONDS = 5;

interface Pids {
  readonly warden: number;
  readonly hive: number;
  readonly sentinel: number;
}

interface Sample {
  readonly layer: number;
  readonly sentinel: number;
  readonly others: number;
}

const options = benchOptions(process.argv.slice(2));
if (options !== undefined) {
  const state = mkdtempSync(join(tmpdir(), "swarms-bench-idle-"));
  const paths = statePaths(state);
  let layer: ChildProcess | undefined;
  try {
    // Twice: the first start fills the compile cache, as on every host after its first day.
    for (const run of ["cold", "warm"] as const) {
      layer = start(state);
      const pids = await ready(paths.note);
      await pause(run === "cold" ? 3 : 8);
      if (run === "warm") conclude("idle", await measure(pids, options.quick ? 4 : 12), options);
      await end(layer);
    }
  } finally {
    layer?.kill("SIGKILL");
    rmSync(state, { recursive: true, force: true });
  }
}

async function measure(pids: Pids, windows: number): Promise<Figure[]> {
  const percents: Sample[] = [];
  const countdown = new Countdown(process.stderr, "windows");
  for (let i = 0; i < windows; i++) {
    countdown.at(i, windows);
    const before = ticks(pids);
    await pause(WINDOW_SECONDS);
    const after = ticks(pids);
    const percent = (a: number, b: number): number => ((b - a) / TICKS_PER_SECOND / WINDOW_SECONDS) * 100;
    percents.push({
      layer: percent(before.layer, after.layer),
      sentinel: percent(before.sentinel, after.sentinel),
      others: percent(before.others, after.others),
    });
  }
  countdown.end();
  const both = [pids.warden, pids.hive];
  const resident = both.map((pid) => megabytes(pid, "VmRSS"));
  return [
    {
      name: "warden and hive, CPU",
      spread: spreadOf(percents.map((each) => each.layer)),
      unit: "% of a core",
      limit: atMost(1),
    },
    {
      name: "warden and hive, resident",
      spread: spreadOf([resident.reduce((sum, each) => sum + each, 0)]),
      unit: "MB",
      limit: atMost(200),
    },
    { name: "warden, resident", spread: spreadOf([resident[0] ?? 0]), unit: "MB" },
    { name: "hive, resident", spread: spreadOf([resident[1] ?? 0]), unit: "MB" },
    {
      name: "warden and hive, private",
      spread: spreadOf([both.reduce((sum, pid) => sum + megabytes(pid, "RssAnon"), 0)]),
      unit: "MB",
    },
    { name: "sentinel, CPU", spread: spreadOf(percents.map((each) => each.sentinel)), unit: "% of a core" },
    { name: "sentinel, resident", spread: spreadOf([megabytes(pids.sentinel, "VmRSS")]), unit: "MB" },
    {
      name: "everything else on this host, CPU",
      spread: spreadOf(percents.map((each) => each.others)),
      unit: "% of a core",
    },
  ];
}

function ticks(pids: Pids): Sample {
  const of = (pid: number): number => readProcessStat(pid)?.cpuTicks ?? 0;
  const layer = of(pids.warden) + of(pids.hive);
  const sentinel = of(pids.sentinel);
  return { layer, sentinel, others: hostTicks() - layer - sentinel };
}

/** Busy time of all CPUs, clock ticks (proc_stat(5): user, nice, system, irq, softirq). */
function hostTicks(): number {
  const [user, nice, system, , , irq, softirq] = (readFileSync("/proc/stat", "utf8").split("\n")[0] ?? "")
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user ?? 0) + (nice ?? 0) + (system ?? 0) + (irq ?? 0) + (softirq ?? 0);
}

function megabytes(pid: number, field: "VmRSS" | "RssAnon"): number {
  const status = pid > 0 ? readFileSync(`/proc/${pid}/status`, "utf8") : "";
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) / 1024;
}

function start(state: string): ChildProcess {
  const swarms = join(dirname(dirname(fileURLToPath(import.meta.url))), "swarms");
  return spawn(swarms, ["run", "--view", "none", "--state", state], { stdio: ["ignore", "ignore", "inherit"] });
}

async function ready(note: string): Promise<Pids> {
  for (let i = 0; i < 200; i++) {
    await pause(0.1);
    try {
      const pids = JSON.parse(readFileSync(note, "utf8")) as Pids;
      if (pids.hive > 0) return pids;
    } catch {
      // Not there yet.
    }
  }
  throw new Error("the layer did not start within 20 s");
}

async function end(layer: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => layer.once("exit", resolve));
  layer.kill("SIGINT");
  await Promise.race([ended, pause(5)]);
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
