import { join } from "node:path";
import { readFileSync, statSync } from "node:fs";
import type { ProcessRef } from "../core/entity.ts";
import type { SeenProcess } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { statFile } from "../kernel/host.ts";
import { listPids, type ProcessStat, readCgroups, readExe, readProcessStat } from "../kernel/procfs.ts";

export interface SnapshotOptions {
  readonly procRoot?: string;
  /** Processes at most; the lowest pids are kept, as ancestors come first. */
  readonly limit?: number;
  /** Where v2 cgroups are mounted; probed where left out. */
  readonly v2?: string | undefined;
  /** CLOCK_BOOTTIME nanoseconds, never too late: by default /proc/uptime and Node's own clock from there. */
  readonly bootNs?: () => number;
}

export const MAX_SEEN = 65_536;
/** The longest path that an event carries, so that both sources give the same text. */
export const MAX_PATH = 255;

/** Every process of the host as procfs shows it now. What vanishes meanwhile is left out. */
export function snapshotProcesses(options: SnapshotOptions = {}): SeenProcess[] {
  const procRoot = options.procRoot ?? "/proc";
  const bootNs = options.bootNs ?? bootClock(procRoot);
  const cgroups = new CgroupInodes("v2" in options ? options.v2 : probeCgroupLayout(procRoot).v2);
  const limit = options.limit ?? MAX_SEEN;
  const begunNs = bootNs();
  const pids = listPids(procRoot).sort((a, b) => a - b);
  const stats = new Map<number, { readonly stat: ProcessStat; readonly atNs: number }>();
  for (const pid of pids.slice(0, limit)) {
    const atNs = bootNs();
    const stat = readProcessStat(pid, procRoot);
    if (stat !== undefined) stats.set(pid, { stat, atNs });
  }
  const seen = [...stats.values()].map(({ stat, atNs }): SeenProcess => {
    const described = describeProcess(stat, stats.get(stat.ppid)?.stat, procRoot);
    return { ...described, cgroupId: cgroups.of(described.cgroup), atNs };
  });
  const final = seen.at(-1);
  // Who is missing had ended before this look, or began after it.
  if (final !== undefined && pids.length <= limit) seen[seen.length - 1] = { ...final, lookNs: begunNs };
  return seen;
}

/** Time since boot as procfs has it (to 10 ms, rounded down), carried on by a finer clock. */
function bootClock(procRoot: string): () => number {
  let uptimeNs = 0;
  try {
    uptimeNs = Number.parseFloat(readFileSync(join(procRoot, "uptime"), "utf8")) * 1e9 || 0;
  } catch {
    // A procfs without it: then every event is newer.
    return () => 0;
  }
  const from = process.hrtime.bigint();
  return () => uptimeNs + Number(process.hrtime.bigint() - from);
}

/** Inodes of v2 cgroups by path, each asked for once. */
class CgroupInodes {
  private readonly root: string | undefined;
  private readonly known = new Map<string, number>();

  constructor(root: string | undefined) {
    this.root = root;
  }

  /** 0 where it is not known. The path is printable: one that had to be changed for that is not found. */
  of(path: string): number {
    if (this.root === undefined || path === "") return 0;
    const known = this.known.get(path) ?? statFile(join(this.root, path))?.ino ?? 0;
    this.known.set(path, known);
    return known;
  }
}

/** Everything procfs tells of one process; empty where it may not be read. Text is printable. */
export function describeProcess(stat: ProcessStat, parent: ProcessRef | undefined, procRoot: string): SeenProcess {
  const { pid, startTicks } = stat;
  const exe = stat.kernelThread ? undefined : readExe(pid, procRoot);
  const file = exe === undefined ? undefined : statFile(join(procRoot, String(pid), "exe"));
  return {
    process: { pid, startTicks },
    // A parent that is not there (pid 0, another namespace, just gone) has no start time.
    parent: { pid: stat.ppid, startTicks: parent?.startTicks ?? 0 },
    comm: printable(stat.comm, 64),
    uid: uidOf(pid, procRoot),
    path: exe === undefined ? "" : printable(exe, MAX_PATH),
    exe: { dev: file?.dev ?? 0, ino: file?.ino ?? 0 },
    cgroup: printable(readCgroups(pid, procRoot)?.get("") ?? "", 512),
  };
}

/** Effective user: the owner of /proc/PID (proc(5)); root where the process is not dumpable. */
function uidOf(pid: number, procRoot: string): number {
  try {
    return statSync(join(procRoot, String(pid))).uid;
  } catch {
    return 0;
  }
}
