import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { HOST } from "../core/entity.ts";
import { NO_LOSSES, type Reading, type ReadingBatch, type ReadingName, type WorkloadInfo } from "../core/reading.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { readHostUnits } from "../kernel/host.ts";
import { CgroupProbe } from "./sampler-cgroup.ts";
import { DelayMeter } from "./sampler-delay.ts";
import { hostDelay, HostProbe } from "./sampler-host.ts";
import { type KernelCounters, mergeRunq, type RunqDelta } from "./sampler-ports.ts";
import { HostScan, type Scan, tasksReading } from "./sampler-scan.ts";
import { CostMeter, SCAN_PACE, type SamplerCost, type ScanPace, ScanSchedule } from "./sampler-schedule.ts";
import { declaredInfo, discoveredInfo, resolveDeclared } from "./workloads.ts";

export interface SamplerOptions {
  readonly fs: CgroupFs;
  readonly procRoot: string;
  readonly clock: Clock;
  readonly config: Config;
  /** Events' counters and run-queue delays; without it, delays come from schedstat. */
  readonly kernel?: KernelCounters;
  readonly hostCpus: number;
  readonly pace?: ScanPace;
}

/** What costs more than a few reads, for the declared alone: patterns, threads' waiting times. */
const SLOW_MS = 1000;

/** A group that is sampled in every turn. */
interface Followed {
  readonly info: WorkloadInfo;
  readonly probe: CgroupProbe;
  readonly delay: DelayMeter;
  /** Probes of the groups below it, as the last scan found them: their waiting counts as its own. */
  below: readonly number[];
}

/**
 * Numbers of the host and its workloads, by turns. Every turn reads what is declared or under a
 * lease, and the host; every few seconds one also scans all groups and processes. A turn's readings
 * are those taken in it; its workloads are all that are known. A group or process that vanishes
 * between two reads is normal and only leaves its readings out.
 */
export class Sampler {
  private readonly options: SamplerOptions;
  private readonly host: HostProbe;
  private readonly scanner: HostScan;
  private readonly schedule: ScanSchedule;
  private readonly costs = new CostMeter();
  private config: Config;
  private followed = new Map<string, Followed>();
  private leasedPaths: readonly string[] = [];
  private lastScan: Scan | undefined;
  private lastMs: number | undefined;
  private slowMs: number | undefined;

  constructor(options: SamplerOptions) {
    const { fs, procRoot, config } = options;
    const units = { ...readHostUnits(procRoot), cpus: options.hostCpus };
    this.options = options;
    this.config = config;
    this.host = new HostProbe(fs, procRoot, units);
    this.scanner = new HostScan(fs, procRoot, units);
    this.schedule = new ScanSchedule(options.pace ?? SCAN_PACE);
  }

  /** Somebody is looking: scan as often as a view needs. */
  set watching(watching: boolean) {
    this.schedule.watching = watching;
  }

  /** Paths of the groups with a lease: sampled in every turn, declared or not. */
  set leased(paths: readonly string[]) {
    if (paths.join("\n") === this.leasedPaths.join("\n")) return;
    this.leasedPaths = [...paths];
    this.slowMs = undefined;
  }

  reload(config: Config): void {
    this.config = config;
    this.slowMs = undefined;
    this.forget();
  }

  sample(): ReadingBatch {
    const { clock, kernel } = this.options;
    const startMs = clock.monoMs();
    const runq = kernel?.runq();
    const slowly = this.slowMs === undefined || startMs - this.slowMs >= SLOW_MS;
    if (slowly) this.follow();
    const readings = [...this.host.sample(startMs, slowly), ...this.hostRunq(runq, startMs)];
    const present = [...this.followed.values()].filter(({ probe }) => probe.refresh());
    for (const followed of present) readings.push(...this.sampleFollowed(followed, runq, startMs, slowly));
    if (slowly) this.slowMs = startMs;
    this.costs.turn(clock.monoMs() - startMs);
    if (this.schedule.isDue(startMs)) readings.push(...this.scan(startMs, present, runq));
    this.lastMs = startMs;
    return {
      atMs: clock.wallMs(),
      workloads: [...present.map(({ info }) => info), ...(this.lastScan?.workloads ?? [])],
      readings,
      losses: kernel?.losses() ?? NO_LOSSES,
      events: { ...kernel?.counts() },
    };
  }

  cost(): SamplerCost {
    return this.costs.cost();
  }

  close(): void {
    this.host.close();
    this.forget();
  }

  private forget(): void {
    for (const { probe } of this.followed.values()) probe.close();
    this.followed = new Map();
  }

  /** Brings the list of followed groups up to date, keeping what is known of those that stay. */
  private follow(): void {
    const { fs } = this.options;
    const infos = new Map(resolveDeclared(this.config.workloads, fs).map((match) => [match.path, declaredInfo(match)]));
    for (const path of this.leasedPaths) if (!infos.has(path)) infos.set(path, discoveredInfo(path));
    for (const [path, { probe }] of this.followed) if (!infos.has(path)) probe.close();
    this.followed = new Map(
      [...infos].map(([path, info]) => {
        const known = this.followed.get(path);
        const fresh = { probe: new CgroupProbe(fs, path, { name: info.name }), delay: new DelayMeter(), below: [] };
        return [path, { ...(known ?? fresh), info }];
      }),
    );
  }

  private sampleFollowed(followed: Followed, runq: Runq, monoMs: number, slowly: boolean): Reading[] {
    const { probe, delay, below } = followed;
    const readings = [...probe.usage(monoMs), ...probe.details(monoMs)];
    if (runq !== undefined) return [...readings, ...this.runqOf(probe, below, runq, monoMs)];
    if (!slowly) return readings;
    const meanNs = delay.sample(this.options.fs, probe.path, this.options.procRoot);
    return meanNs === undefined ? readings : [...readings, reading(probe.entity, "runq.delay.mean", meanNs)];
  }

  private scan(startMs: number, present: readonly Followed[], runq: Runq): Reading[] {
    const beganMs = this.options.clock.monoMs();
    const taken = new Set(present.map(({ probe }) => probe.path));
    const scan = this.scanner.scan(startMs, taken);
    const readings = [...scan.readings];
    for (const followed of present) {
      readings.push(tasksReading(followed.probe, scan.tree));
      followed.below = this.inodesBelow(followed.probe.path, scan);
    }
    if (runq !== undefined) {
      for (const probe of scan.probes) readings.push(...this.runqOf(probe, [], runq, startMs));
    }
    this.lastScan = scan;
    const costMs = this.options.clock.monoMs() - beganMs;
    this.schedule.done(startMs, costMs);
    this.costs.scan(costMs);
    return readings;
  }

  private inodesBelow(path: string, scan: Scan): number[] {
    return scan.probes.flatMap((probe) =>
      probe.path.startsWith(`${path}/`) && probe.cpuInode !== undefined ? [probe.cpuInode] : [],
    );
  }

  private runqOf(probe: CgroupProbe, below: readonly number[], runq: RunqMap, monoMs: number): Reading[] {
    const inodes = probe.cpuInode === undefined ? below : [probe.cpuInode, ...below];
    const delta = mergeRunq(inodes.flatMap((inode) => runq.get(inode) ?? []));
    const count = reading(probe.entity, "runq.count", this.perSecond(delta?.count ?? 0, monoMs));
    if (delta === undefined || delta.count === 0) return [count];
    return [
      count,
      reading(probe.entity, "runq.delay.p50", delta.p50Ns),
      reading(probe.entity, "runq.delay.p99", delta.p99Ns),
      reading(probe.entity, "runq.delay.mean", delta.meanNs),
    ];
  }

  private hostRunq(runq: Runq, monoMs: number): Reading[] {
    if (runq === undefined) return [];
    const { count, meanNs } = hostDelay(runq);
    const rate = reading(HOST, "runq.count", this.perSecond(count, monoMs));
    return meanNs === undefined ? [rate] : [rate, reading(HOST, "runq.delay.mean", meanNs)];
  }

  /** Counts of the port are since the previous turn; of the first turn nothing is known. */
  private perSecond(count: number, monoMs: number): number {
    const elapsedMs = this.lastMs === undefined ? 0 : monoMs - this.lastMs;
    return elapsedMs > 0 ? (count * 1000) / elapsedMs : 0;
  }
}

type RunqMap = ReadonlyMap<number, RunqDelta>;
type Runq = RunqMap | undefined;

function reading(entity: string, name: ReadingName, value: number): Reading {
  return { entity, name, value };
}
