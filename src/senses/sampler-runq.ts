import { type EntityKey, HOST } from "../core/entity.ts";
import type { Reading, ReadingName } from "../core/reading.ts";
import type { RunqDelta } from "./sampler-ports.ts";

export type RunqByInode = ReadonlyMap<number, RunqDelta>;

/** A part with less than this share of the counts does not speak for the whole. */
const FAIR_PART = 0.05;

/** Readings of what waited in some groups together. Where nothing ran, the count alone says so. */
export function runqReadings(
  entity: EntityKey,
  inodes: readonly number[],
  runq: RunqByInode,
  elapsedMs: number,
): Reading[] {
  return readingsOf(entity, mergeRunq(inodes.flatMap((inode) => runq.get(inode) ?? [])), elapsedMs);
}

/** Over all groups: quantiles are left out, as those of a union cannot be had from quantiles. */
export function hostRunqReadings(runq: RunqByInode, elapsedMs: number): Reading[] {
  const readings = readingsOf(HOST, mergeRunq([...runq.values()]), elapsedMs);
  return readings.filter(({ name }) => name === "runq.count" || name === "runq.delay.mean");
}

/**
 * One value for groups that count as one workload: counts add up, the mean is weighted. For a quantile
 * the largest of those groups that make up a fair part stands in, so that a slow part is not averaged away.
 */
export function mergeRunq(deltas: readonly RunqDelta[]): RunqDelta | undefined {
  const [first, ...others] = deltas;
  if (first === undefined || others.length === 0) return first;
  const sum = (of: (delta: RunqDelta) => number): number => deltas.reduce((total, delta) => total + of(delta), 0);
  const count = sum((delta) => delta.count);
  const bursts = sum((delta) => delta.bursts);
  return {
    count,
    p50Ns: largest(deltas, "p50Ns", "count", count),
    p99Ns: largest(deltas, "p99Ns", "count", count),
    meanNs: count === 0 ? 0 : sum((delta) => delta.count * delta.meanNs) / count,
    onCpuNs: sum((delta) => delta.onCpuNs),
    sleeps: sum((delta) => delta.sleeps),
    bursts,
    burstP50Ns: largest(deltas, "burstP50Ns", "bursts", bursts),
    burstP99Ns: largest(deltas, "burstP99Ns", "bursts", bursts),
  };
}

function largest(
  deltas: readonly RunqDelta[],
  quantile: "p50Ns" | "p99Ns" | "burstP50Ns" | "burstP99Ns",
  counted: "count" | "bursts",
  total: number,
): number {
  const fair = deltas.filter((delta) => delta[counted] > 0 && delta[counted] >= total * FAIR_PART);
  return Math.max(0, ...fair.map((delta) => delta[quantile]));
}

function readingsOf(entity: EntityKey, delta: RunqDelta | undefined, elapsedMs: number): Reading[] {
  const perSecond = elapsedMs > 0 ? ((delta?.count ?? 0) * 1000) / elapsedMs : 0;
  const sleeps = elapsedMs > 0 ? ((delta?.sleeps ?? 0) * 1000) / elapsedMs : 0;
  const values: [ReadingName, number][] = [
    ["runq.count", perSecond],
    ["runq.sleeps", sleeps],
  ];
  if (delta !== undefined && delta.count > 0) {
    values.push(["runq.delay.p50", delta.p50Ns], ["runq.delay.p99", delta.p99Ns], ["runq.delay.mean", delta.meanNs]);
  }
  if (delta !== undefined && delta.bursts > 0) {
    values.push(["oncpu.burst.p50", delta.burstP50Ns], ["oncpu.burst.p99", delta.burstP99Ns]);
  }
  return values.map(([name, value]) => ({ entity, name, value }));
}
