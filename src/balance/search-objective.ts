import type { ReadWorkload } from "./workload-readings.ts";
import { isBatch, isLatency } from "./workload-readings.ts";

/*
 * What the search is after, turn by turn: how far the services miss their targets, and how much the batch workloads get done. The first comes
 * first (search-trial.ts); they are not added up, as the scatter of a tail would drown whatever batch work gains.
 */
export const OBJECTIVE = {
  /** Octaves: missed by more is not missed more. */
  mostExcess: 3,
  /** Waits behind a 99th percentile; fewer say nothing about a tail. */
  leastSamples: 10,
  /** Cores, below which a batch workload is at rest. */
  busyCores: 0.02,
  /** Cores; a batch workload that has had none counts as having had this, as no logarithm takes a zero. */
  leastCores: 0.01,
} as const;

/** One turn's readings, as the search sees them. */
export interface Moment {
  /** Logarithm of what the batch workloads got done. */
  readonly progress: number;
  /** Octaves over its target of the latency workload that misses it furthest, below 0 where all are met; undefined where none tells. */
  readonly over: number | undefined;
  /** Octaves over their targets of all that miss them, added up; 0 where all are met. */
  readonly excess: number;
  /** Logarithm (base 2) of wake-ups per second of the latency workloads: how much is asked of them. */
  readonly load: number;
  /** Who takes part, as text: other workloads are another situation. */
  readonly cast: string;
  readonly ownMetric: boolean;
}

/** Undefined where there is no latency workload to be protected or no batch work to be won: then there is nothing to search for. */
export function momentOf(workloads: readonly ReadWorkload[], turnMs: number): Moment | undefined {
  const latency = workloads.filter(({ info }) => isLatency(info));
  const batch = workloads.filter(({ info, readings }) => isBatch(info) && isBusy(readings));
  if (latency.length === 0 || batch.length === 0) return undefined;
  const overs = latency.flatMap(({ info, readings }) => overOf(info.targetNs, readings, turnMs) ?? []);
  const wakeUps = latency.reduce((sum, { readings }) => sum + (readings.get("runq.count") ?? 0), 0);
  const progress = progressOf(batch);
  return {
    progress,
    over: overs.length === 0 ? undefined : Math.max(...overs),
    excess: overs.reduce((sum, over) => sum + Math.min(OBJECTIVE.mostExcess, Math.max(0, over)), 0),
    load: Math.log2(1 + wakeUps),
    cast: [...latency, ...batch].map(({ entity }) => entity).join(" "),
    ownMetric: batch.some(({ readings }) => readings.has("objective.excess")),
  };
}

/** Whether a batch workload has done anything lately. */
export function isBusy(readings: ReadWorkload["readings"]): boolean {
  return (readings.get("cpu.cores") ?? 0) >= OBJECTIVE.busyCores;
}

/** Octaves over the target, by its own objective where it has one, else by its waits for a CPU. */
function overOf(targetNs: number, readings: ReadWorkload["readings"], turnMs: number): number | undefined {
  const excess = readings.get("objective.excess");
  if (excess !== undefined) return excess > 0 ? Math.log2(excess) : undefined;
  const p99Ns = readings.get("runq.delay.p99");
  const samples = ((readings.get("runq.count") ?? 0) * turnMs) / 1000;
  if (p99Ns === undefined || p99Ns <= 0 || samples < OBJECTIVE.leastSamples) return undefined;
  return Math.log2(p99Ns / targetNs);
}

/** Mean of the logarithms of what each tells of itself, those that tell nothing together by the CPU time that they had. */
function progressOf(batch: readonly ReadWorkload[]): number {
  const own = batch.flatMap(({ readings }) => {
    const excess = readings.get("objective.excess");
    return excess !== undefined && excess > 0 ? [-Math.log(excess)] : [];
  });
  const rest = batch.filter(({ readings }) => !readings.has("objective.excess"));
  const cores = rest.reduce((sum, { readings }) => sum + (readings.get("cpu.cores") ?? 0), 0);
  const parts = rest.length === 0 ? own : [...own, Math.log(Math.max(OBJECTIVE.leastCores, cores))];
  return parts.reduce((sum, part) => sum + part, 0) / Math.max(1, parts.length);
}
