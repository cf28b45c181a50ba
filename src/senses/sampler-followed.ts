import type { Reading, WorkloadInfo } from "../core/reading.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { CgroupProbe } from "./sampler-cgroup.ts";
import { actReadings, type GroupActs } from "./sampler-counted.ts";
import { DelayMeter } from "./sampler-delay.ts";
import { type RunqByInode, runqReadings } from "./sampler-runq.ts";
import type { Scan } from "./sampler-scan.ts";
import { membersBelow } from "./sampler-tree.ts";

/** The moment of a turn, and what the kernel counted since the one before. */
export interface Turn {
  readonly monoMs: number;
  readonly elapsedMs: number;
  readonly runq: RunqByInode | undefined;
  readonly acts: GroupActs | undefined;
  /** Also what costs more than a few reads. */
  readonly slowly: boolean;
}

/** A group that is read in every turn. */
export class FollowedGroup {
  readonly probe: CgroupProbe;
  info: WorkloadInfo;
  private readonly fs: CgroupFs;
  private readonly procRoot: string;
  private readonly delay = new DelayMeter();
  private slow: Reading[] = [];
  private scanned: Reading[] = [];
  /** Inodes of the groups below, as the last scan found them: their waiting counts as this one's. */
  private below: readonly number[] = [];

  constructor(fs: CgroupFs, procRoot: string, path: string, info: WorkloadInfo) {
    this.fs = fs;
    this.procRoot = procRoot;
    this.info = info;
    this.probe = new CgroupProbe(fs, path, { name: info.name });
  }

  /** Whether the group is there; what was known of one that is gone is forgotten. */
  refresh(): boolean {
    if (this.probe.refresh()) return true;
    this.slow = [];
    this.scanned = [];
    this.below = [];
    return false;
  }

  sample(turn: Turn): Reading[] {
    const { probe } = this;
    if (turn.runq === undefined && turn.slowly) this.slow = this.schedstat();
    const inodes = probe.cpuInode === undefined ? this.below : [probe.cpuInode, ...this.below];
    const acts = turn.acts === undefined ? [] : actReadings(probe.entity, inodes, turn.acts);
    return [...probe.usage(turn.monoMs), ...probe.details(turn.monoMs), ...this.waiting(turn, inodes), ...acts];
  }

  /** Takes what a scan found; `readings` repeats it until the next one. */
  takeScan(scan: Scan): void {
    const { path, entity } = this.probe;
    const inside = `${path}/`;
    this.scanned = [{ entity, name: "tasks", value: membersBelow(scan.tree, path).length }];
    this.below = scan.probes.flatMap(({ path: other, cpuInode }) =>
      other.startsWith(inside) && cpuInode !== undefined ? [cpuInode] : [],
    );
  }

  get fromScan(): readonly Reading[] {
    return this.scanned;
  }

  private waiting({ runq, elapsedMs }: Turn, inodes: readonly number[]): readonly Reading[] {
    return runq === undefined ? this.slow : runqReadings(this.probe.entity, inodes, runq, elapsedMs);
  }

  private schedstat(): Reading[] {
    const meanNs = this.delay.sample(this.fs, this.probe.path, this.procRoot);
    return meanNs === undefined ? [] : [{ entity: this.probe.entity, name: "runq.delay.mean", value: meanNs }];
  }
}
