import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { type EntityKey, workloadKey } from "../core/entity.ts";
import type { EventKind } from "../core/event-kinds.ts";
import { NO_LOSSES, type Reading, type ReadingBatch, type ReadingName, type WorkloadInfo } from "../core/reading.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { readHostUnits } from "../kernel/host.ts";
import { actReadings, type GroupActs, laterActs } from "./sampler-counted.ts";
import { FollowedGroup, type Turn } from "./sampler-followed.ts";
import { HostProbe } from "./sampler-host.ts";
import type { KernelCounters } from "./sampler-ports.ts";
import { hostRunqReadings, runqReadings } from "./sampler-runq.ts";
import { HostScan, type Scan } from "./sampler-scan.ts";
import {
  CostMeter,
  SCAN_PACE,
  type SamplerCost,
  type ScanPace,
  ScanSchedule,
  threadCpuMs,
} from "./sampler-schedule.ts";
import { stallFiles, type StallWatch } from "./sampler-stalls.ts";
import { SensorMeter, type SensorPort } from "./sampler-sensors.ts";
import { DeclaredGroups } from "./workload-declared.ts";
import { WorkloadKinds } from "./workload-kinds.ts";
import { acceptsConnections } from "./workload-serves.ts";
import { areNested, isTouchable, undeclaredGroups } from "./workload-undeclared.ts";
import { discoveredInfo, inferredInfo } from "./workloads.ts";

export interface SamplerOptions {
  readonly fs: CgroupFs;
  readonly procRoot: string;
  readonly clock: Clock;
  readonly config: Config;
  /** Counters of events and run-queue delays; without it, delays come from schedstat. */
  readonly kernel?: KernelCounters;
  readonly hostCpus: number;
  readonly pace?: ScanPace;
  /** CPU time used so far, milliseconds; of this thread where left out. */
  readonly cpuMs?: () => number;
  /** Told which pressure files should call for a turn at once. */
  readonly triggers?: StallWatch;
  /** How the kernel is asked what its programs cost; the kernel itself where left out. */
  readonly sensorPort?: SensorPort;
  /** Whether some of the processes accepts connections; looked up in procfs where left out. */
  readonly accepts?: (pids: readonly number[]) => boolean | undefined;
  /** What is known of a declared workload's own objective, by its name in the configuration. */
  readonly objective?: (workload: string) => readonly (readonly [ReadingName, number])[];
}

/** How often patterns are resolved anew and what costs more than a few reads is read. */
const SLOW_MS = 1000;
const NO_SCAN: Scan = { workloads: [], readings: [], probes: [], tree: { members: new Map(), grouped: new Set() } };

/**
 * Numbers of the host and its workloads, by turns. Every turn reads the host, and the groups that are
 * declared or under a lease; every few seconds one also scans all groups and processes. A batch is
 * always complete: what was not read in its turn is repeated from when it was, and what vanished is
 * left out. Never throws; a group or process that goes between two reads is normal.
 */
export class Sampler {
  private readonly options: SamplerOptions;
  private readonly cpuMs: () => number;
  private readonly host: HostProbe;
  private readonly scanner: HostScan;
  private readonly schedule: ScanSchedule;
  private readonly costs = new CostMeter();
  private readonly sensors: SensorMeter;
  private readonly kinds: WorkloadKinds;
  private readonly declared: DeclaredGroups;
  private config: Config;
  private followed = new Map<string, FollowedGroup>();
  private leasedPaths: readonly string[] = [];
  private lastScan = NO_SCAN;
  /** Of the groups of the last scan, what the kernel counts by inode. */
  private byInode: readonly Reading[] = [];
  private actsSinceScan: GroupActs | undefined;
  private lastMs: number | undefined;
  private slowMs: number | undefined;

  constructor(options: SamplerOptions) {
    const { fs, procRoot, config, hostCpus, pace } = options;
    const units = { ...readHostUnits(procRoot), cpus: hostCpus };
    this.options = options;
    this.cpuMs = options.cpuMs ?? threadCpuMs;
    this.config = config;
    this.host = new HostProbe(fs, procRoot, units);
    this.sensors = new SensorMeter(options.sensorPort);
    this.scanner = new HostScan(fs, procRoot, units);
    this.schedule = new ScanSchedule(pace ?? SCAN_PACE);
    this.kinds = new WorkloadKinds(options.accepts ?? ((pids) => acceptsConnections(pids, procRoot)));
    this.declared = new DeclaredGroups(fs, procRoot);
  }

  /** Somebody is looking: scan as often as a view needs. */
  get watching(): boolean {
    return this.schedule.watching;
  }

  set watching(watching: boolean) {
    this.schedule.watching = watching;
    this.sensors.watching = watching;
  }

  /** Paths of the groups with a lease: read in every turn, declared or not. */
  set leased(paths: readonly string[]) {
    if (paths.join("\n") === this.leasedPaths.join("\n")) return;
    this.leasedPaths = [...paths];
    this.slowMs = undefined;
  }

  reload(config: Config): void {
    this.config = config;
    this.slowMs = undefined;
  }

  sample(): ReadingBatch {
    const { clock, kernel } = this.options;
    const beganMs = this.cpuMs();
    const turn = this.begin();
    if (turn.runq !== undefined) this.kinds.turn({ ...turn, runq: turn.runq, hostCpus: this.options.hostCpus });
    if (turn.slowly) this.follow();
    const present = [...this.followed.values()].filter((group) => group.refresh());
    if (turn.slowly) this.options.triggers?.watch(stallFiles(this.options, present));
    const readings = this.host.sample(turn.monoMs, turn.slowly);
    if (turn.runq !== undefined) readings.push(...hostRunqReadings(turn.runq, turn.elapsedMs));
    for (const group of present) readings.push(...group.sample(turn));
    this.costs.turn(this.cpuMs() - beganMs);
    if (this.schedule.isDue(turn.monoMs)) this.scan(turn, present);
    for (const group of present) readings.push(...group.fromScan, ...this.ownReadings(group));
    const infos = present.map(({ info }) => this.placed(info));
    const rest = this.discovered(new Set(infos.map(({ name }) => name)));
    const astray = this.declared.astray(this.config);
    return {
      atMs: clock.wallMs(),
      workloads: [...infos, ...rest.workloads, ...astray.workloads],
      readings: [...readings, ...rest.readings, ...astray.readings],
      losses: kernel?.losses() ?? NO_LOSSES,
      ...this.account(turn.monoMs),
    };
  }

  /** What sampling has cost so far. */
  cost(): SamplerCost {
    return this.costs.cost();
  }

  close(): void {
    this.host.close();
    this.sensors.close();
    for (const { probe } of this.followed.values()) probe.close();
    this.followed.clear();
  }

  /** What the kernel tells of the senses themselves. Kinds that are not watched and never were are left out. */
  private account(monoMs: number): SensesAccount {
    const { kernel } = this.options;
    const kinds = kernel?.kinds?.();
    const lost = kernel?.lost?.();
    const merged = kernel?.merged?.();
    const ring = kernel?.ring?.();
    const objects = kernel?.objects?.() ?? [];
    const sensors = objects.length === 0 ? undefined : this.sensors.turn(objects, monoMs);
    return {
      events: told(kernel?.counts() ?? {}, kinds),
      ...(kinds && { kinds }),
      ...(lost && { lost: told(lost, kinds) }),
      ...(merged && { merged: told(merged, []) }),
      ...(ring && { ring }),
      ...(sensors && { sensors }),
    };
  }

  private begin(): Turn {
    const monoMs = this.options.clock.monoMs();
    const slowly = this.slowMs === undefined || monoMs - this.slowMs >= SLOW_MS;
    const elapsedMs = this.lastMs === undefined ? 0 : monoMs - this.lastMs;
    this.lastMs = monoMs;
    if (slowly) this.slowMs = monoMs;
    const { kernel } = this.options;
    const byInode = kernel?.groups?.();
    const acts = byInode && { byInode, kinds: kernel?.kinds?.() ?? [], elapsedMs };
    if (acts !== undefined) this.actsSinceScan = laterActs(this.actsSinceScan, acts);
    return { monoMs, slowly, elapsedMs, runq: kernel?.runq(), acts };
  }

  /** Brings the followed groups up to date, keeping what is known of those that stay. */
  private follow(): void {
    const { fs, procRoot } = this.options;
    const infos = this.declared.infos(this.config, (path) => this.kinds.of(path));
    const declared = [...infos.keys()];
    const told = this.config.infer
      ? this.kinds.inferred((path) => declared.some((other) => areNested(path, other)))
      : [];
    for (const each of told) infos.set(each.path, inferredInfo(each.path, each));
    for (const path of this.leasedPaths) if (!infos.has(path)) infos.set(path, discoveredInfo(path));
    for (const [path, group] of this.followed) {
      if (infos.has(path)) continue;
      group.probe.close();
      this.followed.delete(path);
    }
    for (const [path, info] of infos) {
      const known = this.followed.get(path);
      if (known === undefined) this.followed.set(path, new FollowedGroup(fs, procRoot, path, info));
      else known.info = info;
    }
  }

  private scan(turn: Turn, present: readonly FollowedGroup[]): void {
    const beganMs = this.cpuMs();
    const scan = this.scanner.scan(turn.monoMs, new Set(present.map(({ probe }) => probe.path)));
    for (const group of present) group.takeScan(scan);
    this.declared.takeScan(this.config, scan.tree);
    this.kinds.meet(undeclaredGroups(this.config, scan, present), turn.monoMs);
    this.byInode = scan.probes.flatMap(({ entity, cpuInode }) =>
      cpuInode === undefined ? [] : this.countedOf(entity, cpuInode, turn),
    );
    this.actsSinceScan = undefined;
    this.lastScan = scan;
    const costMs = this.cpuMs() - beganMs;
    this.schedule.done(turn.monoMs, costMs);
    this.costs.scan(costMs);
  }

  /** What the kernel counted of a discovered group: its waiting in this turn, its acts since the last scan. */
  private countedOf(entity: EntityKey, inode: number, { runq, elapsedMs }: Turn): Reading[] {
    const acts = this.actsSinceScan;
    return [
      ...(runq === undefined ? [] : runqReadings(entity, [inode], runq, elapsedMs)),
      ...(acts === undefined ? [] : actReadings(entity, [inode], acts)),
    ];
  }

  private ownReadings({ probe: { path, entity } }: FollowedGroup): Reading[] {
    const name = this.declared.nameOf(path);
    const own = name === undefined ? [] : (this.options.objective?.(name) ?? []);
    return own.map(([reading, value]) => ({ entity, name: reading, value }));
  }

  /** Whether it may be touched is a matter of the configuration, and changes with it. */
  private placed(info: WorkloadInfo): WorkloadInfo {
    return { ...info, inScope: isTouchable(this.config, info.name) };
  }

  /** What the last scan found, without what is followed since. */
  private discovered(followed: ReadonlySet<string>): Pick<ReadingBatch, "workloads" | "readings"> {
    const taken = new Set([...followed].map(workloadKey));
    const { workloads, readings } = this.lastScan;
    return {
      workloads: workloads.filter(({ name }) => !followed.has(name)),
      readings: [...readings, ...this.byInode].filter(({ entity }) => !taken.has(entity)),
    };
  }
}

type SensesAccount = Pick<ReadingBatch, "events" | "kinds" | "lost" | "merged" | "ring" | "sensors">;

/** Counts of the kinds that are watched, all where that is not known, and of those that ever counted. */
function told(
  counts: Readonly<Partial<Record<EventKind, number>>>,
  kinds: readonly EventKind[] | undefined,
): Record<string, number> {
  const worth = Object.entries(counts).filter(
    ([kind, count]) => count > 0 || kinds === undefined || kinds.some((known) => known === kind),
  );
  return Object.fromEntries(worth);
}
