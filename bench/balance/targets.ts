import type { WindowFigures } from "./figures.ts";
import { phaseMet } from "./figures-of.ts";
import type { Scenario } from "./scenario.ts";

/**
 * What clients accept goes by what the host can do at all: a target that a service misses with the host to itself would say nothing
 * of whoever sets the knobs.
 */
export const TARGET = {
  /** Of the p99 of the median second alone: room for a tail, none for standing behind a job. */
  timesAlone: 2,
  /** At the highest load, without jobs. Its own misses are what no setting could mend, so enough seconds to count some. */
  aloneSeconds: 20,
} as const;

/** Milliseconds, to a tenth. `secondsP99Us`: of a service that runs alone, microseconds; without any, what was declared holds. */
export function targetOf(secondsP99Us: readonly number[], declaredMs: number): number {
  const sorted = secondsP99Us.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) return declaredMs;
  return Math.max(declaredMs, Math.round((TARGET.timesAlone * median) / 100) / 10);
}

/** `alone`: what they were made of. */
export function targetWords(services: Scenario["services"], alone: WindowFigures): string {
  const each = services.map(({ group, targetMs }) => `${group} ${targetMs} ms`).join(", ");
  const met = phaseMet(alone, services);
  const how = `${TARGET.timesAlone} times the p99 of its median second alone, at the highest load`;
  return `targets: ${each} (${how}); alone, every target was met in ${met.filter(Boolean).length} of ${met.length} seconds`;
}
