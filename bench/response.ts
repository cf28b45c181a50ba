import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { CgroupFs } from "../src/kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../src/kernel/cgroup-layout.ts";
import { BpfExecRefusal } from "../src/kernel/exec-refusal.ts";
import { fileOf } from "../src/kernel/file-ref.ts";
import { Countdown } from "../src/lab/countdown.ts";
import { spreadOf } from "../src/lab/spread.ts";
import { atMost, benchOptions, conclude, type Figure } from "./harness.ts";
import { type HiveLine, Lines } from "./response/lines.ts";
import { quantile, Stages } from "./response/stages.ts";

/*
 * From the kernel's event to containment: a program of a known name begins to run, the hive is told, asks, the guard judges,
 * journals, writes and reads back. Frozen: until every task of the group stands still, as the kernel says when it is asked.
 * Killed: until the kernel's own exit event. Twice as many hogs as CPUs run meanwhile; in every other set they stand still, for
 * comparison. The hive's own judgement is left out (the stand-in asks at once): agents take microseconds, evidence
 * takes as long as the attacker does.
 */

const HOGS_PER_CPU = 2;
/** The built-in rate of freezes is ten a minute: each set has a warden of its own. */
const A_SET = 10;
const KINDS = ["freeze", "kill.process"] as const;
const LOADS = ["loaded", "quiet"] as const;
const DEADLINE_MS = 10_000;
const START_MS = 60_000;
/** What the warden says of its own stages comes after the answer. */
const STAGES_MS = 1000;

type Kind = (typeof KINDS)[number];
type Load = (typeof LOADS)[number];
type Measured = Readonly<Record<Load, Readonly<Record<Kind, number[]>>>>;

async function run({ quick, json, check }: { quick: boolean; json: boolean; check: boolean }): Promise<void> {
  if (process.getuid?.() !== 0) {
    process.stderr.write("bench response: needs root (SW-NEEDS-ROOT): it freezes and ends processes of its own\n");
    process.exitCode = 77;
    return;
  }
  const stage = new Stage();
  const ended = (): void => {
    stage.close();
    process.exit(130);
  };
  process.on("SIGINT", ended).on("SIGTERM", ended);
  try {
    stage.startHogs(cpus().length * HOGS_PER_CPU);
    stage.startCrowd(2 * A_SET);
    const us = { loaded: { freeze: [], "kill.process": [] }, quiet: { freeze: [], "kill.process": [] } } as Measured;
    const countdown = new Countdown(process.stderr, "sets");
    const sets = quick ? 1 : 20;
    for (let set = 0; set < sets; set++) {
      countdown.at(set, sets);
      for (const load of set % 2 === 0 ? LOADS : LOADS.toReversed())
        for (const kind of KINDS) us[load][kind].push(...(await stage.measure(kind, load, set)));
    }
    countdown.end();
    const figures = LOADS.flatMap((load) => KINDS.flatMap((kind) => figuresOf(kind, load, us[load][kind])));
    figures.push(...stage.stages.figures());
    figures.push(stage.refusedRuns(quick ? 20 : 200));
    conclude("response", figures, { quick, json, check });
  } finally {
    stage.close();
  }
}

function figuresOf(kind: string, load: Load, us: readonly number[]): Figure[] {
  const at = (share: number): number => quantile(us, share) / 1000;
  const [half, most] = load === "loaded" ? [{ limit: atMost(10) }, { limit: atMost(50) }] : [{}, {}];
  const name = load === "loaded" ? kind : `${kind} on an idle host`;
  return [
    { name: `${name}: p50 of ${us.length}`, spread: spreadOf([at(0.5)]), unit: "ms", ...half },
    { name: `${name}: p99`, spread: spreadOf([at(0.99)]), unit: "ms", ...most },
    { name: `${name}: all`, spread: spreadOf(us.map((one) => one / 1000)), unit: "ms" },
  ];
}

/** Groups, hogs, victims and wardens of this bench, and their end. */
class Stage {
  private readonly fs = new CgroupFs(probeCgroupLayout());
  private readonly folder = mkdtempSync(join(tmpdir(), "swarms-bench-response-"));
  private readonly top = `/swarms-bench-response-${process.pid}`;
  private readonly roots: readonly string[];
  private readonly groups: string[] = [];
  private readonly children = new Set<ChildProcess>();
  private readonly hogs: ChildProcess[] = [];
  /** Of the containments under load. */
  readonly stages = new Stages();
  private readonly victim = join(this.folder, "swarms-victim");

  constructor() {
    const { cpu, freezer, v2 } = this.fs.layout;
    this.roots = [...new Set([cpu?.dir, freezer?.dir, v2].filter((dir) => dir !== undefined))];
    for (const root of this.roots) mkdirSync(join(root, this.top));
    copyFileSync("/bin/sleep", this.victim);
  }

  startHogs(count: number): void {
    for (let hog = 0; hog < count; hog++) this.hogs.push(this.spawn("sh", ["-c", "while :; do :; done"]));
  }

  /** Others in scope: the budget lets only a share of them be contained. */
  startCrowd(count: number): void {
    const group = this.group("crowd");
    for (let one = 0; one < count; one++) this.spawn("sh", ["-c", `${this.joins(group)} && exec sleep 600`]);
  }

  /** Shell words by which a process goes into a group. */
  private joins(group: string): string {
    return this.roots.map((root) => `echo $$ > ${join(root, group, "cgroup.procs")}`).join(" && ");
  }

  /** Microseconds of each containment. */
  async measure(kind: Kind, load: Load, set: number): Promise<number[]> {
    for (const hog of this.hogs) hog.kill(load === "loaded" ? "SIGCONT" : "SIGSTOP");
    const state = join(this.folder, `${kind}-${load}-${set}`);
    const args = [join(import.meta.dirname, "response/warden.ts"), state, this.top, "swarms-victim", kind];
    const warden = this.spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], "pipe");
    const lines = new Lines(warden);
    await lines.until((line) => line.includes("hive ready"), START_MS);
    const us: number[] = [];
    for (let one = 0; one < A_SET; one++) {
      const group = this.group(`${kind.replace(".", "-")}-${load}-${set}-${one}`);
      const victim = this.spawn("sh", ["-c", `${this.joins(group)} && exec ${this.victim} 60`]);
      us.push(await this.contained(lines, kind, load));
      victim.kill("SIGKILL");
      await this.drop(group);
    }
    warden.kill("SIGTERM");
    await new Promise((resolve) => warden.once("exit", resolve));
    return us;
  }

  private async contained(lines: Lines, kind: Kind, load: Load): Promise<number> {
    let decided: HiveLine | undefined;
    let ended: HiveLine | undefined;
    // The end of a process may be told before the answer that it was ended.
    const expected = new Set<HiveLine["what"]>(kind === "kill.process" ? ["decided", "ended"] : ["decided"]);
    while (expected.size > 0) {
      const line = await lines.hive(DEADLINE_MS);
      expected.delete(line.what);
      if (line.what === "ended") ended = line;
      else if (line.outcome === "applied") decided = line;
      else throw new Error(`${kind}: ${line.says ?? "?"}`);
    }
    if (decided === undefined) throw new Error(`${kind}: nothing was decided`);
    const judged = await lines.stagesOf(decided.proposal ?? "", STAGES_MS);
    if (load === "loaded") this.stages.add(decided, judged);
    if (kind !== "freeze") return (ended ?? decided).us;
    const stillNs = judged?.stillNs ?? 0;
    return stillNs > 0 && decided.atNs !== undefined ? (stillNs - decided.atNs) / 1000 : decided.us;
  }

  /** A group whose victim has had its turn: a host does not fill up with empty groups. */
  private async drop(group: string): Promise<void> {
    for (const root of this.roots) thaw(join(root, group));
    for (let look = 0; look < 50; look++) {
      for (const root of this.roots) removeFolder(join(root, group));
      if (!this.roots.some((root) => existsSync(join(root, group)))) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Runs of a refused executable (a signal before its first instruction) that left a trace. */
  refusedRuns(times: number): Figure {
    const { v2 } = this.fs.layout;
    const group = this.group("refused");
    const file = join(this.folder, "swarms-refused");
    copyFileSync("/bin/touch", file);
    const dir = join(v2 ?? "", group);
    const refusal = new BpfExecRefusal("refuse_by_signal");
    const ref = fileOf(file);
    const target = { id: statSync(dir).ino, dir, path: group };
    const runs = (refused: boolean): number => {
      for (let run = 0; run < times; run++) {
        const script = `echo $$ > ${join(dir, "cgroup.procs")} && exec ${file} ${join(this.folder, `trace-${refused}-${run}`)}`;
        spawnSync("sh", ["-c", script], { timeout: DEADLINE_MS });
      }
      return readdirSync(this.folder).filter((name) => name.startsWith(`trace-${refused}-`)).length;
    };
    const allowed = runs(false);
    const set = ref === undefined ? undefined : refusal.set(target, [ref]);
    if (set?.ok !== true || allowed !== times) throw new Error("the refusal could not be tried here");
    const ran = runs(true);
    refusal.set(target, []);
    return {
      name: `refused executable: effects in ${times} runs`,
      spread: spreadOf([ran]),
      unit: "runs",
      limit: atMost(0),
    };
  }

  close(): void {
    for (const child of this.children) child.kill("SIGKILL");
    // A frozen process ends when its group is thawed.
    for (const group of this.groups) for (const root of this.roots) thaw(join(root, group));
    spawnSync("sleep", ["0.3"]);
    for (const path of [...this.groups, this.top]) for (const root of this.roots) removeFolder(join(root, path));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private group(name: string): string {
    const path = `${this.top}/${name}`;
    for (const root of this.roots) mkdirSync(join(root, path));
    this.groups.push(path);
    return path;
  }

  private spawn(command: string, args: readonly string[], output: "ignore" | "pipe" = "ignore"): ChildProcess {
    const child = spawn(command, args, { stdio: ["ignore", output, "inherit"] });
    this.children.add(child);
    child.once("exit", () => this.children.delete(child));
    return child;
  }
}

function thaw(dir: string): void {
  for (const [file, text] of [
    ["cgroup.freeze", "0"],
    ["freezer.state", "THAWED"],
  ] as const) {
    try {
      readFileSync(join(dir, file));
      writeFileSync(join(dir, file), text);
    } catch {
      // Not of this hierarchy.
    }
  }
}

function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // It is said by what is left under /sys/fs/cgroup.
  }
}

const options = benchOptions(process.argv.slice(2));
if (options !== undefined) await run(options);
