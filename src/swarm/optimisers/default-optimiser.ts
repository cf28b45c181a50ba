import type { Space } from "../optimiser.ts";
import type { OptimiserName } from "./catalogue.ts";

/** Which optimiser to use for so many evaluations, by measurement (docs/optimisers.md). */
export function defaultOptimiser(_space: Space, _evaluations: number): OptimiserName {
  return "pso";
}
