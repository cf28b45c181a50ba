import type { Space } from "../optimiser.ts";
import type { OptimiserName } from "./catalogue.ts";

interface Choice {
  /** Up to so many dimensions. */
  readonly dimensions: number;
  /** Up to so many measurements for each dimension. */
  readonly each: number;
  readonly exact: OptimiserName;
  readonly noisy: OptimiserName;
}

/**
 * Best mean rank on the 24 BBOB functions, 10 runs each, by what is recommended at the end, at 2, 5 and 10 dimensions and
 * 20, 50 and 100 measurements for each, without noise and with normal noise of a tenth and of half the spread of values (docs/optimisers.md;
 * `npm run bench:optimisers`). The first row that fits counts.
 */
const CHOICES: readonly Choice[] = [
  { dimensions: 7, each: 75, exact: "aco", noisy: "aco" },
  { dimensions: 7, each: Infinity, exact: "cma", noisy: "aco" },
  { dimensions: Infinity, each: 30, exact: "aco", noisy: "aco" },
  { dimensions: Infinity, each: Infinity, exact: "cma", noisy: "pso" },
];

/** Which optimiser to take for so many measurements, by measurement. Give it the number of them as well (`evaluations`). */
export function defaultOptimiser(space: Space, evaluations: number, noisy = true): OptimiserName {
  const found = CHOICES.find(
    ({ dimensions, each }) => space.length <= dimensions && evaluations <= each * space.length,
  );
  return (noisy ? found?.noisy : found?.exact) ?? "cma";
}
