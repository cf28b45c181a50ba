import type { ActionKind } from "../core/action.ts";
import type { EntityKey } from "../core/entity.ts";
import type { Space } from "../swarm/optimiser.ts";
import { isBusy } from "./search-objective.ts";
import { isBatch, isLatency, type ReadWorkload } from "./workload-readings.ts";

/** What is known when a space is laid out. */
export interface Situation {
  /** CPUs of the host. */
  readonly cpus: number;
  /** Targets have been missed for long, although everything else was tried. */
  readonly stuck: boolean;
  /** Some batch workload tells its own progress: CPU time is not all there is to win. */
  readonly ownMetric: boolean;
}

/** One knob that the search may turn, as data. */
export interface SearchKnob {
  readonly kind: ActionKind;
  /** Whose knob. */
  readonly of: "latency" | "batch";
  /** Takes something from the workload: CPU time of its own can only become less by it. */
  readonly restrains: boolean;
  /** On the reflex's ladder too, which comes first. */
  readonly shared: boolean;
  /** From a change until readings show what it does. */
  readonly settleMs: number;
  /** Settings in order, from the mildest; leaving the knob alone comes before the first. */
  readonly levels: (readings: ReadWorkload["readings"], situation: Situation) => readonly number[];
}

const CPU_SETTLE_MS = 1000;
/** Reclaim works off a bound over seconds; queues of disks drain within one or two. */
const MEMORY_SETTLE_MS = 4000;
const IO_SETTLE_MS = 2000;
const MIB = 1 << 20;

/**
 * Few settings each, a factor of three or so apart: at ten seconds a pair there is time for tens of candidates, and between
 * neighbours nothing could be told apart. The kernel's own slice is 0.7 ms times 1 + log2 of the CPUs, at most 2.8 ms
 * (sysctl_sched_base_slice in kernel/sched/fair.c): batch work may run longer turns, a service shorter ones.
 */
export const SEARCH_KNOBS: readonly SearchKnob[] = [
  knob("sched.slice", "latency", { levels: () => [1000, 300, 100] }),
  knob("sched.slice", "batch", { levels: () => [5000, 15_000, 50_000] }),
  knob("cpu.weight", "batch", { restrains: true, shared: true, levels: () => [30, 10, 3, 1] }),
  knob("cpu.idle", "batch", { restrains: true, shared: true, levels: () => [1] }),
  knob("cpu.max", "batch", {
    restrains: true,
    shared: true,
    levels: (_, { cpus }) => [0.9, 0.75, 0.5, 0.25].map((share) => Math.round(share * cpus * 100)),
  }),
  knob("memory.high", "batch", {
    restrains: true,
    shared: true,
    settleMs: MEMORY_SETTLE_MS,
    levels: (readings) =>
      [0.9, 0.75, 0.6].flatMap((share) => {
        const used = Math.round(((readings.get("memory.bytes") ?? 0) / MIB) * share);
        return used >= LEAST_MEMORY_MIB ? [used] : [];
      }),
  }),
  knob("io.weight", "batch", {
    restrains: true,
    shared: true,
    settleMs: IO_SETTLE_MS,
    levels: (readings) =>
      (readings.get("io.read.bytes") ?? 0) + (readings.get("io.write.bytes") ?? 0) >= LEAST_STORAGE ? [30, 10] : [],
  }),
];

/** Less memory is not worth a bound. */
const LEAST_MEMORY_MIB = 64;
/** Bytes per second; what uses no disk has no share of it to give. */
const LEAST_STORAGE = MIB;
/** Workloads of each kind, those that use most first: more dimensions than a live host has time for. */
const MOST_WORKLOADS = 3;

/** One coordinate: 0 leaves the knob alone, n is its nth level. */
export interface KnobDimension {
  readonly knob: SearchKnob;
  readonly entity: EntityKey;
  /** "kind entity": names it here and in what is remembered. */
  readonly key: string;
  readonly levels: readonly number[];
}

/** One knob at one value. */
export interface Setting {
  readonly knob: SearchKnob;
  readonly entity: EntityKey;
  readonly key: string;
  readonly value: number;
}

export interface SpaceLimits {
  /** Whether the configuration lets this kind be done, not only proposed. */
  readonly enforces: (kind: ActionKind) => boolean;
  /** Knobs that were refused, or that somebody else holds. */
  readonly isFree: (key: string, knob: SearchKnob, workload: ReadWorkload) => boolean;
  /** Those above where left out. */
  readonly rows?: readonly SearchKnob[];
}

/** What may be turned now, knob by knob. */
export function dimensionsOf(
  workloads: readonly ReadWorkload[],
  situation: Situation,
  { enforces, isFree, rows = SEARCH_KNOBS }: SpaceLimits,
): KnobDimension[] {
  const busiest = { latency: busiestOf(workloads, "latency"), batch: busiestOf(workloads, "batch") };
  return rows
    .filter((row) => enforces(row.kind) && mayGain(row, situation))
    .flatMap((row) =>
      busiest[row.of].flatMap((workload) => {
        const key = `${row.kind} ${workload.entity}`;
        const levels = row.levels(workload.readings, situation);
        return levels.length > 0 && isFree(key, row, workload)
          ? [{ knob: row, entity: workload.entity, key, levels }]
          : [];
      }),
    );
}

/** The same for an optimiser: whole numbers from 0. */
export function spaceOf(dimensions: readonly KnobDimension[]): Space {
  return dimensions.map(({ key, levels }) => ({ name: key, low: 0, high: levels.length, integer: true }));
}

/** The knobs that a point turns. */
export function settingsAt(dimensions: readonly KnobDimension[], point: readonly number[]): Setting[] {
  return dimensions.flatMap(({ knob, entity, key, levels }, index) => {
    const value = levels[Math.round(point[index] ?? 0) - 1];
    return value === undefined ? [] : [{ knob, entity, key, value }];
  });
}

/** By key, as `pointOf` takes them. */
export function valuesOf(settings: readonly Setting[]): ReadonlyMap<string, number> {
  return new Map(settings.map(({ key, value }): [string, number] => [key, value]));
}

/** The point that comes nearest to settings that were good once; what has no place any more is left alone. */
export function pointOf(dimensions: readonly KnobDimension[], settings: ReadonlyMap<string, number>): number[] {
  return dimensions.map(({ key, levels }) => {
    const value = settings.get(key);
    if (value === undefined) return 0;
    const distances = levels.map((level) => Math.abs(Math.log(level / value)));
    return 1 + distances.indexOf(Math.min(...distances));
  });
}

/**
 * While targets are met, the one thing to win is batch work. Where that is measured as CPU time, restraining who is to
 * gain it wins nothing, and while targets are missed for long, what is shared is the reflex's.
 */
function mayGain({ restrains, shared }: SearchKnob, { stuck, ownMetric }: Situation): boolean {
  return stuck ? !shared : !restrains || ownMetric;
}

function busiestOf(workloads: readonly ReadWorkload[], kind: "latency" | "batch"): readonly ReadWorkload[] {
  const coresOf = ({ readings }: ReadWorkload): number => readings.get("cpu.cores") ?? 0;
  return workloads
    .filter(({ info, readings }) => (kind === "batch" ? isBatch(info) && isBusy(readings) : isTurnable(info)))
    .toSorted((a, b) => coresOf(b) - coresOf(a))
    .slice(0, MOST_WORKLOADS);
}

function isTurnable(info: ReadWorkload["info"]): boolean {
  return isLatency(info) && info.cgroup;
}

function knob(
  kind: ActionKind,
  of: SearchKnob["of"],
  rest: Pick<SearchKnob, "levels"> & Partial<SearchKnob>,
): SearchKnob {
  return { kind, of, restrains: false, shared: false, settleMs: CPU_SETTLE_MS, ...rest };
}
