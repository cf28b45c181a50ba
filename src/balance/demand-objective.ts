import { pressureTarget } from "../core/pressure-target.ts";
import type { WorkloadInfo } from "../core/reading.ts";
import type { Readings, Resource } from "./ladder.ts";

export const OBJECTIVE = {
  /** Answers, or counts, from which a quantile is one; below, it weighs in proportion. */
  fullSamples: 20,
  /** Below this share of its target a service's own number says that all is well, whatever its tasks wait for. */
  comfortable: 0.8,
  /** A resource that is waited for less than this share of what would be too much is not what is missing. */
  leastBlame: 0.25,
} as const;

/** What the workload's own objective says. */
export interface Own {
  readonly value: number;
  readonly target: number;
  /** 1: on target; 2: twice over it, or half of what it should be. */
  readonly excess: number;
  readonly samples: number;
}

/** Undefined where there is none, or nothing was measured lately. */
export function ownOf(readings: Readings): Own | undefined {
  const excess = readings.get("objective.excess");
  if (excess === undefined) return undefined;
  const value = readings.get("objective.value") ?? Number.NaN;
  const target = readings.get("objective.target") ?? Number.NaN;
  return { value, target, excess, samples: readings.get("objective.samples") ?? OBJECTIVE.fullSamples };
}

/**
 * What a service waits for most, each wait measured by how much of it would be too much. Undefined where it hardly waits
 * for anything: then its number is bad for a reason of its own, and nobody's giving way would help.
 */
export function missing(info: WorkloadInfo, readings: Readings, waitNs: number | undefined): Resource | undefined {
  const blame: [Resource, number][] = [
    ["cpu", waitNs === undefined ? (readings.get("pressure.cpu.some") ?? 0) : waitNs / info.targetNs],
    ["memory", (readings.get("pressure.memory.some") ?? 0) / pressureTarget(info, "memory")],
    ["io", (readings.get("pressure.io.some") ?? 0) / pressureTarget(info, "io")],
  ];
  const [most] = blame.sort(([, a], [, b]) => b - a);
  return most !== undefined && most[1] >= OBJECTIVE.leastBlame ? most[0] : undefined;
}
