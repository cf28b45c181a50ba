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
  let count = 0;
  let waitedNs = 0;
  let onCpuNs = 0;
  for (const delta of deltas) {
    count += delta.count;
    waitedNs += delta.count * delta.meanNs;
    onCpuNs += delta.onCpuNs;
  }
  let p50Ns = 0;
  let p99Ns = 0;
  for (const delta of deltas) {
    if (delta.count === 0 || delta.count < count * FAIR_PART) continue;
    p50Ns = Math.max(p50Ns, delta.p50Ns);
    p99Ns = Math.max(p99Ns, delta.p99Ns);
  }
  return { count, p50Ns, p99Ns, meanNs: count === 0 ? 0 : waitedNs / count, onCpuNs };
}

function readingsOf(entity: EntityKey, delta: RunqDelta | undefined, elapsedMs: number): Reading[] {
  const perSecond = elapsedMs > 0 ? ((delta?.count ?? 0) * 1000) / elapsedMs : 0;
  const values: [ReadingName, number][] = [["runq.count", perSecond]];
  if (delta !== undefined && delta.count > 0) {
    values.push(["runq.delay.p50", delta.p50Ns], ["runq.delay.p99", delta.p99Ns], ["runq.delay.mean", delta.meanNs]);
  }
  return values.map(([name, value]) => ({ entity, name, value }));
}
