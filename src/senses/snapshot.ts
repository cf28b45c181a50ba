import { join } from "node:path";
import { readFileSync, statSync } from "node:fs";
import type { ContainerRef, ProcessRef } from "../core/entity.ts";
import type { SeenProcess } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { statFile } from "../kernel/host.ts";
import {
  listPids,
  type ProcessStat,
  readCgroups,
  readProcessLink,
  readProcessStat,
  readStatus,
} from "../kernel/procfs.ts";
import { containerOf } from "./container-id.ts";
import { DELETED, detailsOf } from "./procfs-details.ts";

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
  const link = stat.kernelThread ? undefined : readProcessLink(pid, "exe", procRoot);
  const file = link === undefined ? undefined : statFile(join(procRoot, String(pid), "exe"));
  const status = stat.kernelThread ? undefined : readStatus(pid, procRoot);
  const details = status && detailsOf({ stat, status, link: link ?? "", file }, procRoot);
  const cgroups = readCgroups(pid, procRoot);
  const container = containerIn(cgroups);
  return {
    process: { pid, startTicks },
    // A parent that is not there (pid 0, another namespace, just gone) has no start time.
    parent: { pid: stat.ppid, startTicks: parent?.startTicks ?? 0 },
    comm: printable(stat.comm, 64),
    uid: details?.credentials.uid ?? ownerOf(pid, procRoot),
    path: printable(link?.replace(DELETED, "") ?? "", MAX_PATH),
    exe: { dev: file?.dev ?? 0, ino: file?.ino ?? 0 },
    cgroup: printable(cgroups?.get("") ?? "", 512),
    ...(container && { container }),
    ...(details && { details }),
  };
}

/** With v2 first. Docker with its cgroupfs driver makes groups in the v1 hierarchies alone where a host has both. */
function containerIn(cgroups: ReadonlyMap<string, string> | undefined): ContainerRef | undefined {
  const paths = new Set([cgroups?.get("") ?? "", ...(cgroups?.values() ?? [])]);
  for (const path of paths) {
    const container = containerOf(path);
    if (container !== undefined) return container;
  }
  return undefined;
}

/** Where the status cannot be read: its effective user, as the owner of /proc/PID, root where it is not dumpable (proc(5)). */
function ownerOf(pid: number, procRoot: string): number {
  try {
    return statSync(join(procRoot, String(pid))).uid;
  } catch {
    return 0;
  }
}
