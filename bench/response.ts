import { type ChildProcess, spawn, spawnSync } from "node:child_process";
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
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CgroupFs } from "../src/kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../src/kernel/cgroup-layout.ts";
import { BpfExecRefusal } from "../src/kernel/exec-refusal.ts";
import { fileOf } from "../src/kernel/file-ref.ts";
import { spreadOf } from "../src/lab/spread.ts";
import { atMost, benchOptions, conclude, type Figure } from "./harness.ts";

/*
 * From the kernel's event to containment: a program of a known name begins to run, the hive is told, asks, the guard judges,
 * journals, writes and reads back. Frozen: until the decision "applied" is back in the hive, which is later than the write.
 * Killed: until the kernel's own exit event. Twice as many hogs as CPUs run meanwhile. The judgement itself is left out
 * (the stand-in for the hive asks at once): agents take microseconds, evidence takes as long as the attacker does.
 */

const HOGS_PER_CPU = 2;
/** The built-in rate of freezes is ten a minute: each set has a warden of its own. */
const A_SET = 10;
const KINDS = ["freeze", "kill.process"] as const;
const DEADLINE_MS = 3000;

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
    const figures: Figure[] = [];
    for (const kind of KINDS) {
      const us: number[] = [];
      for (let set = 0; set < (quick ? 2 : 10); set++) us.push(...(await stage.measure(kind, set)));
      figures.push(...figuresOf(kind, us));
    }
    figures.push({
      name: "of it: until the hive heard of it",
      spread: spreadOf(stage.heardUs.map((one) => one / 1000)),
      unit: "ms",
    });
    figures.push(stage.refusedRuns(quick ? 20 : 200));
    conclude("response", figures, { quick, json, check });
  } finally {
    stage.close();
  }
}

function figuresOf(kind: string, us: readonly number[]): Figure[] {
  const sorted = us.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN) / 1000;
  return [
    { name: `${kind}: p50 of ${us.length}`, spread: spreadOf([at(0.5)]), unit: "ms", limit: atMost(10) },
    { name: `${kind}: p99`, spread: spreadOf([at(0.99)]), unit: "ms", limit: atMost(50) },
    { name: `${kind}: all`, spread: spreadOf(us.map((one) => one / 1000)), unit: "ms" },
  ];
}

interface Line {
  readonly what: "decided" | "ended";
  readonly us: number;
  readonly heardUs?: number;
  readonly outcome?: string;
  readonly says?: string;
}

/** Groups, hogs, victims and wardens of this bench, and their end. */
class Stage {
  private readonly fs = new CgroupFs(probeCgroupLayout());
  private readonly folder = mkdtempSync(join(tmpdir(), "swarms-bench-response-"));
  private readonly top = `/swarms-bench-response-${process.pid}`;
  private readonly roots: readonly string[];
  private readonly groups: string[] = [];
  private readonly children = new Set<ChildProcess>();
  /** Microseconds from each event until the hive heard it. */
  readonly heardUs: number[] = [];
  private readonly victim = join(this.folder, "swarms-victim");

  constructor() {
    const { cpu, freezer, v2 } = this.fs.layout;
    this.roots = [...new Set([cpu?.dir, freezer?.dir, v2].filter((dir) => dir !== undefined))];
    for (const root of this.roots) mkdirSync(join(root, this.top));
    copyFileSync("/bin/sleep", this.victim);
  }

  startHogs(count: number): void {
    for (let hog = 0; hog < count; hog++) this.spawn("sh", ["-c", "while :; do :; done"]);
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
  async measure(kind: (typeof KINDS)[number], set: number): Promise<number[]> {
    const state = join(this.folder, `${kind}-${set}`);
    const args = [join(import.meta.dirname, "response/warden.ts"), state, this.top, "swarms-victim", kind];
    const warden = this.spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], "pipe");
    const lines = new Lines(warden);
    await lines.until((line) => line.includes("hive ready"), 20_000);
    const us: number[] = [];
    for (let one = 0; one < A_SET; one++) {
      const group = this.group(`${kind.replace(".", "-")}-${set}-${one}`);
      const victim = this.spawn("sh", ["-c", `${this.joins(group)} && exec ${this.victim} 60`]);
      const wanted = kind === "freeze" ? "decided" : "ended";
      const line = await lines.json((each) => {
        if (each.heardUs !== undefined) this.heardUs.push(each.heardUs);
        return each.what === wanted || (each.what === "decided" && each.outcome !== "applied");
      });
      if (line.what !== wanted || (line.outcome ?? "applied") !== "applied")
        throw new Error(`${kind}: ${line.says ?? "?"}`);
      us.push(line.us);
      victim.kill("SIGKILL");
    }
    warden.kill("SIGTERM");
    await new Promise((resolve) => warden.once("exit", resolve));
    return us;
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

/** What the warden says, line by line. */
class Lines {
  private readonly waiting: string[] = [];
  private wake: (() => void) | undefined;

  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error("no output");
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.waiting.push(line);
      this.wake?.();
    });
  }

  async until(holds: (line: string) => boolean, withinMs = DEADLINE_MS): Promise<string> {
    const end = performance.now() + withinMs;
    for (;;) {
      const line = this.waiting.shift();
      if (line !== undefined && holds(line)) return line;
      if (line !== undefined) continue;
      if (performance.now() > end) throw new Error(`nothing was said within ${withinMs} ms`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.wake = resolve;
      const timer = setTimeout(resolve, 50);
      await promise;
      clearTimeout(timer);
    }
  }

  /** The hive's own lines come as "hive: {...}". */
  async json(holds: (line: Line) => boolean): Promise<Line> {
    const parsed = (line: string): Line | undefined => {
      const at = line.indexOf("hive: {");
      return at < 0 ? undefined : (JSON.parse(line.slice(at + 6)) as Line);
    };
    const found = await this.until((line) => {
      const value = parsed(line);
      return value !== undefined && holds(value);
    });
    return parsed(found)!;
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
