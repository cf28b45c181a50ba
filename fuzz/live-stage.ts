import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/core/clock.ts";
import { statePaths } from "../src/core/state-paths.ts";
import { OpenChanges } from "../src/guard/change.ts";
import { readBootId } from "../src/guard/journal/lock.ts";
import { scanJournal, verifyJournal } from "../src/guard/journal/scan.ts";
import { restoreFromJournal } from "../src/guard/restore.ts";
import { CgroupFs } from "../src/kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../src/kernel/cgroup-layout.ts";

const START_WEIGHT = "300";
/** What an administrator writes under the layer: neither the start's nor anything that the layer asks for. */
const OTHER_WEIGHT = "555";

/** Three cgroups of this run alone on the living kernel: a service that wakes, a job that computes, and what holds both. */
export class LiveStage {
  readonly fs = new CgroupFs(probeCgroupLayout());
  readonly folder = mkdtempSync(join(tmpdir(), "swarms-live-"));
  readonly top = `/swarms-live-${process.pid}`;
  readonly job = `${this.top}/job`;
  readonly service = `${this.top}/service`;
  private readonly workers: ChildProcess[] = [];
  private weight = START_WEIGHT;

  /** Undefined where this host has what it takes; else what is missing. */
  get missing(): string | undefined {
    if (process.getuid?.() !== 0) return "needs root";
    const { cpu, freezer } = this.fs.layout;
    return cpu === undefined || freezer === undefined ? "needs a cpu and a freezer hierarchy" : undefined;
  }

  make(): void {
    for (const root of this.roots)
      for (const group of [this.top, this.job, this.service]) {
        mkdirSync(join(root, group));
        if (group === this.top && this.fs.layout.cpu?.version === 2 && root === this.fs.layout.cpu.dir)
          writeFileSync(join(root, group, "cgroup.subtree_control"), "+cpu");
      }
    this.fs.write("cpu", this.job, this.weightFile, START_WEIGHT);
    this.work(this.service, "while :; do sleep 0.02; done");
    this.work(this.job, "while :; do :; done");
  }

  /** The job's knobs as they are. */
  see(): string {
    return [this.read("cpu", this.weightFile), this.read("cpu", "cpu.idle"), this.frozen].join(" ");
  }

  /** And as they must be when nothing of the layer is in force. */
  get base(): string {
    return `${this.weight} 0 ${this.fs.layout.freezer?.version === 1 ? "THAWED" : "0"}`;
  }

  /** An administrator writes the weight, where the kernel lets anybody. */
  otherWrites(): boolean {
    if (this.read("cpu", "cpu.idle") !== "0") return false;
    if (!this.fs.write("cpu", this.job, this.weightFile, OTHER_WEIGHT).ok) return false;
    this.weight = OTHER_WEIGHT;
    return true;
  }

  /** As a new run finds it. */
  reset(): void {
    this.weight = START_WEIGHT;
    this.fs.write("cpu", this.job, this.weightFile, START_WEIGHT);
  }

  state(run: number): string {
    return join(this.folder, String(run));
  }

  /** What is wrong with a run's journal: "" where it verifies and nothing in it is open. */
  journalFault(run: number): string {
    const folder = statePaths(this.state(run)).journal;
    const verified = verifyJournal(folder);
    if (!verified.ok) return verified.says;
    const open = new OpenChanges();
    scanJournal(folder, (record) => open.add(record));
    const left = open.newestFirst(readBootId());
    return left.length === 0 ? "" : `still open: ${left.map(({ kind, cgroup }) => `${kind} of ${cgroup}`).join(", ")}`;
  }

  async remove(runs: number): Promise<void> {
    for (let run = 0; run < runs; run++) {
      const folder = statePaths(this.state(run)).journal;
      restoreFromJournal({ folder, fs: this.fs, clock: systemClock, cause: "restore" });
    }
    for (const worker of this.workers) worker.kill("SIGKILL");
    for (const root of this.roots)
      for (const group of [this.job, this.service, this.top])
        for (let tries = 0; tries < 300 && !removed(join(root, group)); tries++) await pause(10);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get roots(): string[] {
    const { cpu, freezer, v2 } = this.fs.layout;
    return [...new Set([cpu?.dir, freezer?.dir, v2].filter((dir) => dir !== undefined))];
  }

  private get weightFile(): string {
    return this.fs.layout.cpu?.version === 1 ? "cpu.shares" : "cpu.weight";
  }

  private get frozen(): string {
    return this.read("freezer", this.fs.layout.freezer?.version === 1 ? "freezer.state" : "cgroup.freeze");
  }

  private read(controller: "cpu" | "freezer", file: string): string {
    const text = this.fs.read(controller, this.job, file);
    return text.ok ? text.value : text.code;
  }

  /** The least of all hogs: whoever else is at work on this machine comes first. */
  private work(group: string, program: string): void {
    const worker = spawn("nice", ["-n", "19", "sh", "-c", program], { stdio: "ignore" });
    this.workers.push(worker);
    for (const root of this.roots) writeFileSync(join(root, group, "cgroup.procs"), String(worker.pid));
  }
}

/** The processes of a running layer, by what their command lines say. */
export function processesOf(warden: number): {
  readonly hive: number | undefined;
  readonly sentinel: number | undefined;
} {
  const all = descendants(warden);
  const find = (mark: string): number | undefined => all.find((pid) => commandOf(pid).includes(mark));
  // The real one in its room is found by its own program, not by who made the room.
  const hive = all.find((pid) => /hive\/main\.ts/.test(commandOf(pid)) && !commandOf(pid).startsWith("unshare"));
  return { hive: hive ?? find("require("), sentinel: find("sentinel-main") };
}

function descendants(pid: number): number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const direct = tasks.flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" "));
    const pids = direct.filter((text) => text !== "").map(Number);
    return [...pids, ...pids.flatMap(descendants)];
  } catch {
    return [];
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function removed(dir: string): boolean {
  try {
    rmdirSync(dir);
    return true;
  } catch {
    return false;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
