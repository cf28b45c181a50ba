import { HOST } from "../core/entity.ts";
import type { Reading, WorkloadInfo } from "../core/reading.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import type { HostUnits } from "../kernel/host.ts";
import { listPids } from "../kernel/procfs.ts";
import { CgroupProbe } from "./sampler-cgroup.ts";
import { ProcessGroups } from "./sampler-groups.ts";
import { type CgroupTree, membersBelow, walkCgroups } from "./sampler-tree.ts";
import { discoveredInfo } from "./workloads.ts";

/** Workloads shown in all; of these, so many by all their files. */
export const MAX_WORKLOADS = 256;
const MAX_DETAILED = 64;
/** Groups whose usage is read to find the busiest. */
const MAX_RANKED = 1024;
/** Where one group holds this share of all user processes, it says nothing about them. */
const CROWD_SHARE = 0.8;
const CROWD_MIN = 8;

export interface Scan {
  readonly workloads: readonly WorkloadInfo[];
  readonly readings: readonly Reading[];
  /** Probes of the discovered groups shown, for what is known of them by inode. */
  readonly probes: readonly CgroupProbe[];
  readonly tree: CgroupTree;
}

/** The dear part of sampling: every group that holds processes, and the processes that no group tells apart. */
export class HostScan {
  private readonly fs: CgroupFs;
  private readonly procRoot: string;
  private readonly groups: ProcessGroups;
  private readonly probes = new Map<string, CgroupProbe>();

  constructor(fs: CgroupFs, procRoot: string, units: HostUnits) {
    this.fs = fs;
    this.procRoot = procRoot;
    this.groups = new ProcessGroups(procRoot, units);
  }

  /** `taken`: paths that are sampled elsewhere. */
  scan(monoMs: number, taken: ReadonlySet<string>): Scan {
    const tree = walkCgroups(this.fs);
    const pids = listPids(this.procRoot);
    const ranked = this.rank(tree, taken, monoMs);
    const shown = ranked.slice(0, Math.max(0, MAX_WORKLOADS - taken.size));
    const crowd = this.crowd(tree, pids, taken);
    const groups = this.groups.scan(crowd, monoMs, Math.max(0, MAX_WORKLOADS - taken.size - shown.length));
    const readings: Reading[] = [{ entity: HOST, name: "tasks", value: pids.length }];
    for (const [index, { probe, usage }] of shown.entries()) {
      readings.push(...usage);
      if (index < MAX_DETAILED) readings.push(...probe.details(monoMs));
      readings.push({ entity: probe.entity, name: "tasks", value: tree.members.get(probe.path)?.length ?? 0 });
    }
    for (const path of taken) this.probes.delete(path);
    return {
      workloads: [...shown.map(({ probe }) => discoveredInfo(probe.path)), ...groups.workloads],
      readings: [...readings, ...groups.readings],
      probes: shown.map(({ probe }) => probe),
      tree,
    };
  }

  /** Groups that hold processes, most CPU first, then most processes. */
  private rank(tree: CgroupTree, taken: ReadonlySet<string>, monoMs: number): Ranked[] {
    const paths = [...tree.members.keys()].filter((path) => !taken.has(path)).slice(0, MAX_RANKED);
    const alive = new Set(paths);
    for (const path of this.probes.keys()) if (!alive.has(path)) this.probes.delete(path);
    return paths
      .flatMap((path) => {
        const probe = this.probeOf(path);
        return probe.refresh() ? [{ probe, usage: probe.usage(monoMs) }] : [];
      })
      .sort((a, b) => coresOf(b) - coresOf(a) || tasksOf(tree, b) - tasksOf(tree, a) || byPath(a, b));
  }

  /** Processes in no group, and those of a group that holds nearly everything; none that is sampled elsewhere. */
  private crowd(tree: CgroupTree, pids: readonly number[], taken: ReadonlySet<string>): number[] {
    const loose = pids.filter((pid) => !tree.grouped.has(pid));
    const users = pids.length - this.groups.kernelThreads(loose).size;
    const elsewhere = new Set([...taken].flatMap((path) => membersBelow(tree, path)));
    const lumps = [...tree.members.values()].filter(
      (own) => own.length >= CROWD_MIN && own.length >= users * CROWD_SHARE,
    );
    const crowd = new Set([...loose, ...lumps.flat()]);
    return pids.filter((pid) => crowd.has(pid) && !elsewhere.has(pid));
  }

  private probeOf(path: string): CgroupProbe {
    let probe = this.probes.get(path);
    if (probe === undefined) {
      probe = new CgroupProbe(this.fs, path, { name: discoveredInfo(path).name, keep: false });
      this.probes.set(path, probe);
    }
    return probe;
  }
}

interface Ranked {
  readonly probe: CgroupProbe;
  readonly usage: readonly Reading[];
}

function coresOf({ usage }: Ranked): number {
  return usage.find(({ name }) => name === "cpu.cores")?.value ?? 0;
}

function tasksOf(tree: CgroupTree, { probe }: Ranked): number {
  return tree.members.get(probe.path)?.length ?? 0;
}

function byPath(a: Ranked, b: Ranked): number {
  return a.probe.path < b.probe.path ? -1 : 1;
}
