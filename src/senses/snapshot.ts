import { join } from "node:path";
import { statSync } from "node:fs";
import type { ProcessRef } from "../core/entity.ts";
import type { SeenProcess } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import { statFile } from "../kernel/host.ts";
import { listPids, type ProcessStat, readCgroups, readExe, readProcessStat } from "../kernel/procfs.ts";

export interface SnapshotOptions {
  readonly procRoot?: string;
  /** Processes at most; the lowest pids are kept, as ancestors come first. */
  readonly limit?: number;
}

export const MAX_SEEN = 65_536;
/** The longest path that an event carries, so that both sources give the same text. */
export const MAX_PATH = 255;

/** Every process of the host as procfs shows it now. What vanishes meanwhile is left out. */
export function snapshotProcesses(options: SnapshotOptions = {}): SeenProcess[] {
  const procRoot = options.procRoot ?? "/proc";
  const pids = listPids(procRoot).sort((a, b) => a - b);
  const stats = new Map<number, ProcessStat>();
  for (const pid of pids.slice(0, options.limit ?? MAX_SEEN)) {
    const stat = readProcessStat(pid, procRoot);
    if (stat !== undefined) stats.set(pid, stat);
  }
  return [...stats.values()].map((stat) => describeProcess(stat, stats.get(stat.ppid), procRoot));
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
