import { type EntityKey, workloadKey } from "../core/entity.ts";
import type { ReadingBatch, ReadingName, WorkloadInfo } from "../core/reading.ts";

export interface ReadWorkload {
  readonly info: WorkloadInfo;
  readonly entity: EntityKey;
  readonly readings: ReadonlyMap<ReadingName, number>;
}

/** The workloads of a batch that are wanted, each with its readings. */
export function readWorkloads(batch: ReadingBatch, wanted: (info: WorkloadInfo) => boolean): ReadWorkload[] {
  const byEntity = new Map<EntityKey, Map<ReadingName, number>>();
  const found = batch.workloads.filter(wanted).map((info): ReadWorkload => {
    const entity = workloadKey(info.name);
    const readings = new Map<ReadingName, number>();
    byEntity.set(entity, readings);
    return { info, entity, readings };
  });
  if (found.length > 0) for (const { entity, name, value } of batch.readings) byEntity.get(entity)?.set(name, value);
  return found;
}

/** What a target is there for, and what has one. */
export function isLatency(info: WorkloadInfo): boolean {
  return info.kind === "latency" && info.targetNs > 0;
}

/**
 * Only what an operator called batch, or clearly behaves like it inside the scope, and has knobs, is ever asked to give
 * way; never what is unknown.
 */
export function isBatch(info: WorkloadInfo): boolean {
  const isInferred = info.confidence !== undefined;
  return info.kind === "batch" && info.cgroup && (!isInferred || info.inScope === true);
}

/** A latency workload with knobs that the layer may turn: what was only inferred has to be in scope. */
export function isRaised(info: WorkloadInfo): boolean {
  return isLatency(info) && info.cgroup && (info.confidence === undefined || info.inScope === true);
}

/** Cores. Below this a workload takes nothing from anybody. */
const LEAST_CORES = 0.02;

/** Of the time: who waits for a CPU so long would take one, though others leave it none. */
const LEAST_WAITING = 0.2;

/** Whether a workload ran lately, or would have, so that its giving way could help; true where nothing is known. */
export function usesCpu(readings: ReadonlyMap<ReadingName, number>): boolean {
  const cores = readings.get("cpu.cores");
  if (cores !== undefined) return cores >= LEAST_CORES || (readings.get("pressure.cpu.some") ?? 0) >= LEAST_WAITING;
  return readings.get("runq.count") !== 0;
}
