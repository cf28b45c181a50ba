import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Random, seededRandom } from "../src/core/random.ts";
import { Countdown } from "../src/lab/countdown.ts";
import { LiveStage, pause, processesOf } from "./live-stage.ts";

/** What becomes of the three processes, and how soon the knobs must be back with nobody's help, in milliseconds. */
const FATES = {
  "kill -9 of the warden": { who: ["warden"], signal: "SIGKILL", withinMs: 3000 },
  "kill -9 of the hive": { who: ["hive"], signal: "SIGKILL", withinMs: 3000 },
  "kill -9 of the sentinel": { who: ["sentinel"], signal: "SIGKILL", withinMs: 3000 },
  "kill -9 of warden and hive": { who: ["warden", "hive"], signal: "SIGKILL", withinMs: 3000 },
  "kill -9 of hive and sentinel": { who: ["hive", "sentinel"], signal: "SIGKILL", withinMs: 3000 },
  // Nobody is left: the next start does it.
  "kill -9 of warden and sentinel": { who: ["sentinel", "warden"], signal: "SIGKILL", withinMs: Infinity },
  "SIGSTOP of the warden": { who: ["warden"], signal: "SIGSTOP", withinMs: 15_000 },
  "SIGSTOP of the hive": { who: ["hive"], signal: "SIGSTOP", withinMs: 8000 },
  "SIGSTOP of the sentinel": { who: ["sentinel"], signal: "SIGSTOP", withinMs: 15_000 },
} as const;
type FateName = keyof typeof FATES;

const SRC = join(import.meta.dirname, "../src");
const FLAGS = ["--disable-warning=ExperimentalWarning"];
/** A hive that asks for all three without end: the real one freezes only who attacks. */
const ASKED = JSON.stringify([
  { kind: "cpu.weight", value: 10 },
  { kind: "cpu.idle", value: 1 },
  { kind: "freeze", value: 1 },
]);
const START_MS = 40_000;

/** `npm run faults -- live [--runs N] [--seed N]`: real processes on cgroups of this run's own. Exit 1 where something stayed. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "20" },
      seed: { type: "string", default: String(Date.now() >>> 0) },
    },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  const stage = new LiveStage();
  const { missing } = stage;
  if (missing !== undefined) {
    process.stdout.write(`skipped: ${missing}\n`);
    return 69;
  }
  const random = seededRandom(seed);
  const countdown = new Countdown(process.stderr, "runs");
  let wrong = 0;
  try {
    stage.make();
    for (let run = 0; run < runs; run++) {
      countdown.at(run, runs);
      const says = await once(stage, run, random);
      countdown.end();
      if (says.startsWith("WRONG")) wrong++;
      process.stdout.write(`run ${run}: ${says}\n`);
    }
  } finally {
    await stage.remove(runs);
  }
  process.stdout.write(`${runs} runs, ${wrong} wrong, seed ${seed}\n`);
  return wrong > 0 ? 1 : 0;
}

async function once(stage: LiveStage, run: number, random: Random): Promise<string> {
  const names = Object.keys(FATES) as FateName[];
  // Each fate with each hive in turn; when it strikes is drawn.
  const name = names[run % names.length]!;
  const isReal = (Math.floor(run / names.length) + (run % names.length)) % 2 === 0;
  const [delayMs, early, others] = [Math.floor(random() * 1500), random() < 0.2, random() < 0.3];
  const told = `${name}, ${isReal ? "swarms run" : "a hive that asks"}, ${early ? `${delayMs} ms after the start` : `${delayMs} ms after the first change`}`;
  stage.reset();
  const layer = isReal ? swarmsRun(stage, run, "enforce") : driver(stage, run);
  const pid = layer.pid ?? 0;
  try {
    // Where the real hive found nothing to do it is struck all the same; what was in force is told.
    if (!early) await until(() => stage.see() !== stage.base && isComplete(pid), START_MS);
    await pause(delayMs);
    const wrote = others && stage.otherWrites();
    const struck = stage.see();
    strike(pid, name);
    const { withinMs } = FATES[name];
    const beginMs = performance.now();
    if (withinMs !== Infinity && !(await until(() => stage.see() === stage.base, withinMs)))
      return `WRONG ${told}: ${stage.see()} after ${withinMs} ms, not ${stage.base}`;
    const tookMs = Math.round(performance.now() - beginMs);
    await end(layer);
    if (withinMs === Infinity || early) await end(await started(swarmsRun(stage, run, "observe"), stage));
    if (!(await until(() => stage.see() === stage.base, 3000)))
      return `WRONG ${told}: ${stage.see()} at the end, not ${stage.base}`;
    // Knobs come first and the records after.
    if (!(await until(() => stage.journalFault(run) === "", 3000))) return `WRONG ${told}: ${stage.journalFault(run)}`;
    return `${told}: [${struck}] is [${stage.base}]${withinMs === Infinity ? "" : ` after ${tookMs} ms`}${wrote ? ", as an administrator wrote it" : ""}`;
  } finally {
    layer.kill("SIGCONT");
    layer.kill("SIGKILL");
  }
}

function swarmsRun({ top, job, service, folder }: LiveStage, run: number, mode: string): ChildProcess {
  const config = join(folder, `${run}-${mode}.yaml`);
  const workloads = [
    { name: "service", cgroup: service, kind: "latency", targetMs: 0.01 },
    { name: "job", cgroup: job, kind: "batch" },
  ];
  writeFileSync(config, JSON.stringify({ mode, scope: [top], workloads }));
  const state = join(folder, String(run));
  const args = [...FLAGS, join(SRC, "cli/main.ts"), "run", "--view", "none", "--config", config, "--state", state];
  return spawn(process.execPath, args, { stdio: "ignore" });
}

function driver({ job, folder }: LiveStage, run: number): ChildProcess {
  const args = [...FLAGS, join(SRC, "warden/driver.fixture.ts"), join(folder, String(run)), job, ASKED];
  return spawn(process.execPath, args, { stdio: "ignore" });
}

function strike(warden: number, name: FateName): void {
  const pids = { warden, ...processesOf(warden) };
  for (const who of FATES[name].who) {
    const pid = pids[who];
    if (pid !== undefined && pid > 0) signal(pid, FATES[name].signal);
  }
}

function signal(pid: number, name: "SIGKILL" | "SIGSTOP"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

function isComplete(warden: number): boolean {
  const { hive, sentinel } = processesOf(warden);
  return hive !== undefined && sentinel !== undefined;
}

async function started(layer: ChildProcess, stage: LiveStage): Promise<ChildProcess> {
  await until(() => isComplete(layer.pid ?? 0) && stage.see() === stage.base, START_MS);
  return layer;
}

async function end(layer: ChildProcess): Promise<void> {
  layer.kill("SIGTERM");
  const ended = await until(() => layer.exitCode !== null || layer.signalCode !== null, 15_000);
  if (!ended) layer.kill("SIGKILL");
}

async function until(condition: () => boolean, withinMs: number): Promise<boolean> {
  const begin = performance.now();
  while (!condition()) {
    if (performance.now() - begin > withinMs) return false;
    await pause(10);
  }
  return true;
}

process.exitCode = await main();
