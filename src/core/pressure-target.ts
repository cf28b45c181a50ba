import type { WorkloadInfo } from "./reading.ts";

/** Shares of the time that a latency workload may wait for memory and storage where nobody said so. */
export const PRESSURE_TARGETS = { memory: 0.1, io: 0.2 } as const;

/** What its operator allows it to wait, or what is allowed to everybody. */
export function pressureTarget(info: Pick<WorkloadInfo, "pressureTargets">, resource: "memory" | "io"): number {
  return info.pressureTargets?.[resource] ?? PRESSURE_TARGETS[resource];
}
