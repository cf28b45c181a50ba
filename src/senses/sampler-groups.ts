import { join } from "node:path";
import { workloadKey } from "../core/entity.ts";
import type { Reading, ReadingName, WorkloadInfo } from "../core/reading.ts";
import type { HostUnits } from "../kernel/host.ts";
import { parseProcessStat, readCgroups, readExe, readProcessStat, type ProcessStat } from "../kernel/procfs.ts";
import { groupOf, type GroupName } from "./grouping.ts";
import { readKernelFile } from "./sampler-files.ts";
import { readDelay, type RunDelay } from "./sampler-delay.ts";
import { groupInfo } from "./workloads.ts";

/** Kernel threads are many and mostly idle: each is read in every so many scans only. */
const KERNEL_THREAD_TURNS = 4;

/** What is remembered of a process between scans. */
interface Known {
  readonly startTicks: number;
  readonly kernelThread: boolean;
  comm: string;
  group: GroupName;
  ticks: number;
  atMs: number;
  cores: number;
  rssBytes: number;
  delay: RunDelay | undefined;
  delayNs: number;
  slices: number;
}

/**
 * Processes that no cgroup tells apart, grouped by service or executable. CPU time comes from
 * /proc/PID/stat (10 ms steps, all threads), the waiting time from /proc/PID/schedstat (the main
 * thread only). What a process used after the last scan before its end is not seen.
 */
export class ProcessGroups {
  private readonly procRoot: string;
  private readonly units: HostUnits;
  private known = new Map<number, Known>();
  private scans = 0;
  private lastMs: number | undefined;
  /** Latest start time among those seen before this scan. */
  private youngestTicks = 0;

  constructor(procRoot: string, units: HostUnits) {
    this.procRoot = procRoot;
    this.units = units;
  }

  /** Readings of at most `limit` groups, most CPU first; the rest are left out. */
  scan(pids: Iterable<number>, monoMs: number, limit: number): { workloads: WorkloadInfo[]; readings: Reading[] } {
    this.scans++;
    const next = new Map<number, Known>();
    for (const pid of pids) {
      const seen = this.look(pid, monoMs);
      if (seen !== undefined) next.set(pid, seen);
    }
    this.known = next;
    for (const known of next.values()) this.youngestTicks = Math.max(this.youngestTicks, known.startTicks);
    const rated = this.lastMs !== undefined;
    this.lastMs = monoMs;
    const groups = addUp(next.values())
      .sort((a, b) => b.cores - a.cores || b.tasks - a.tasks || (a.name < b.name ? -1 : 1))
      .slice(0, limit);
    return { workloads: groups.map(groupInfo), readings: groups.flatMap((group) => readingsOf(group, rated)) };
  }

  /** Those of `pids` that are kernel threads; what an earlier scan found is not read again. */
  kernelThreads(pids: Iterable<number>): ReadonlySet<number> {
    const found = new Set<number>();
    for (const pid of pids) {
      const known = this.known.get(pid)?.kernelThread ?? readProcessStat(pid, this.procRoot)?.kernelThread;
      if (known === true) found.add(pid);
    }
    return found;
  }

  private look(pid: number, monoMs: number): Known | undefined {
    const before = this.known.get(pid);
    if (before?.kernelThread && (pid + this.scans) % KERNEL_THREAD_TURNS !== 0) return before;
    const text = readKernelFile(join(this.procRoot, String(pid), "stat"));
    const stat = text === undefined ? undefined : parseProcessStat(text);
    if (stat === undefined) return undefined;
    if (before?.startTicks !== stat.startTicks) return this.meet(stat, monoMs);
    const elapsedMs = monoMs - before.atMs;
    if (elapsedMs > 0) before.cores = this.coresOf(stat.cpuTicks - before.ticks, elapsedMs);
    this.update(before, stat, monoMs);
    return before;
  }

  /** First sight. One that started after the last scan used all its time since; of an older one nothing is known yet. */
  private meet(stat: ProcessStat, monoMs: number): Known {
    const elapsedMs = this.lastMs === undefined ? 0 : monoMs - this.lastMs;
    const isNew = stat.startTicks >= this.youngestTicks;
    const known: Known = {
      startTicks: stat.startTicks,
      kernelThread: stat.kernelThread,
      comm: stat.comm,
      group: this.groupOf(stat),
      ticks: stat.cpuTicks,
      atMs: monoMs,
      cores: isNew && elapsedMs > 0 ? this.coresOf(stat.cpuTicks, elapsedMs) : 0,
      rssBytes: 0,
      delay: undefined,
      delayNs: 0,
      slices: 0,
    };
    this.update(known, stat, monoMs);
    return known;
  }

  private update(known: Known, stat: ProcessStat, monoMs: number): void {
    // An exec keeps pid and start time; nearly always it changes the name.
    if (known.comm !== stat.comm && !stat.kernelThread) known.group = this.groupOf(stat);
    known.comm = stat.comm;
    known.ticks = stat.cpuTicks;
    known.atMs = monoMs;
    known.rssBytes = stat.rssPages * this.units.pageBytes;
    if (stat.kernelThread) return;
    const delay = readDelay(this.procRoot, stat.pid);
    known.delayNs = delay && known.delay ? Math.max(0, delay.delayNs - known.delay.delayNs) : 0;
    known.slices = delay && known.delay ? Math.max(0, delay.slices - known.delay.slices) : 0;
    known.delay = delay;
  }

  private coresOf(ticks: number, elapsedMs: number): number {
    return Math.max(0, ticks) / this.units.ticksPerSecond / (elapsedMs / 1000);
  }

  private groupOf(stat: ProcessStat): GroupName {
    const { kernelThread, comm, pid } = stat;
    if (kernelThread) return groupOf({ kernelThread, comm, exe: undefined, unitPath: undefined });
    const cgroups = readCgroups(pid, this.procRoot);
    return groupOf({
      kernelThread,
      comm,
      exe: readExe(pid, this.procRoot),
      unitPath: cgroups?.get("name=systemd") ?? cgroups?.get(""),
    });
  }
}

interface Group extends GroupName {
  tasks: number;
  cores: number;
  rssBytes: number;
  delayNs: number;
  slices: number;
}

function addUp(processes: Iterable<Known>): Group[] {
  const groups = new Map<string, Group>();
  for (const known of processes) {
    const { name, label } = known.group;
    let group = groups.get(name);
    if (group === undefined) {
      group = { name, label, tasks: 0, cores: 0, rssBytes: 0, delayNs: 0, slices: 0 };
      groups.set(name, group);
    }
    group.tasks++;
    group.cores += known.cores;
    group.rssBytes += known.rssBytes;
    group.delayNs += known.delayNs;
    group.slices += known.slices;
  }
  return [...groups.values()];
}

function readingsOf(group: Group, rated: boolean): Reading[] {
  const values: [ReadingName, number][] = [["tasks", group.tasks]];
  if (rated) values.push(["cpu.cores", group.cores]);
  if (group.rssBytes > 0) values.push(["memory.bytes", group.rssBytes]);
  if (group.slices > 0) values.push(["runq.delay.mean", group.delayNs / group.slices]);
  const entity = workloadKey(group.name);
  return values.map(([name, value]) => ({ entity, name, value }));
}
