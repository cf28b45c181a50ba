import type { EventKind } from "../core/event.ts";
import type { Losses } from "../core/reading.ts";

/** Run-queue delay of one cpu cgroup since the previous call. */
export interface RunqDelta {
  /** Times a task was put on a CPU after waiting. */
  readonly count: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly meanNs: number;
  readonly onCpuNs: number;
}

/** What the sampler takes from the source of events, whichever it is. */
export interface KernelCounters {
  /** By inode of the group's directory in the hierarchy of the cpu controller; undefined where it is not measured. */
  runq(): ReadonlyMap<number, RunqDelta> | undefined;
  /** Events per kind since the start. */
  counts(): Readonly<Partial<Record<EventKind, number>>>;
  losses(): Losses;
}

/**
 * One value for groups that count as one workload. Quantiles of a union cannot be had from quantiles:
 * the largest of those that make up a fair part of it stands in, so that a slow part is not averaged away.
 */
export function mergeRunq(deltas: readonly RunqDelta[]): RunqDelta | undefined {
  const [first, ...others] = deltas;
  if (first === undefined || others.length === 0) return first;
  const count = sum(deltas, (delta) => delta.count);
  const weighty = deltas.filter((delta) => delta.count > 0 && delta.count >= count * FAIR_PART);
  return {
    count,
    p50Ns: Math.max(0, ...weighty.map((delta) => delta.p50Ns)),
    p99Ns: Math.max(0, ...weighty.map((delta) => delta.p99Ns)),
    meanNs: count === 0 ? 0 : sum(deltas, (delta) => delta.meanNs * delta.count) / count,
    onCpuNs: sum(deltas, (delta) => delta.onCpuNs),
  };
}

const FAIR_PART = 0.05;

function sum<T>(items: Iterable<T>, value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}
