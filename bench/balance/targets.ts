import type { Scenario } from "./scenario.ts";

/**
 * What clients accept goes by what the host can do at all: a target that a service misses with the host to itself would say nothing
 * of whoever sets the knobs.
 */
export const TARGET = {
  /** Of the p99 of the median second alone: room for a tail, none for standing behind a job. */
  timesAlone: 2,
  /** At the highest load, without jobs. */
  aloneSeconds: 10,
} as const;

/** Milliseconds, to a tenth. `secondsP99Us`: of a service that runs alone, microseconds; without any, what was declared holds. */
export function targetOf(secondsP99Us: readonly number[], declaredMs: number): number {
  const sorted = secondsP99Us.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) return declaredMs;
  return Math.max(declaredMs, Math.round((TARGET.timesAlone * median) / 100) / 10);
}

export function targetWords(services: Scenario["services"]): string {
  const each = services.map(({ group, targetMs }) => `${group} ${targetMs} ms`).join(", ");
  return `targets: ${each} (${TARGET.timesAlone} times the p99 of its median second alone, at the highest load)`;
}
