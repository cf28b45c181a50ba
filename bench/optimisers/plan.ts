import type { OptimiserName } from "../../src/swarm/optimisers/index.ts";
import type { OptimiserBenchOptions } from "./options.ts";
import type { Unit } from "./trial.ts";

/** Evaluations for each dimension, by what it costs to find out: a full run takes about an hour of one core. */
const BUDGETS: Readonly<Record<OptimiserName, (dimension: number, noisy: boolean) => number>> = {
  random: (_, noisy) => (noisy ? 300 : 1000),
  cma: (dimension, noisy) => (noisy && dimension >= 20 ? 1000 : 10_000),
  pso: (dimension, noisy) => (noisy ? 1000 : dimension >= 20 ? 3000 : 10_000),
  shade: (dimension, noisy) => (noisy ? 1000 : dimension >= 20 ? 3000 : 10_000),
  de: (dimension, noisy) => (noisy ? 1000 : dimension >= 20 ? 2000 : 10_000),
  aco: (dimension, noisy) => (noisy ? 1000 : dimension >= 20 ? 1000 : 10_000),
  abc: (dimension, noisy) => (noisy ? 1000 : dimension >= 20 ? 1000 : 10_000),
};

/** What tells most comes first, so that a run that is cut short has told most. */
const DIMENSIONS: readonly number[] = [5, 2, 10, 20];

/** The order of everything that is to be measured. */
export function planOf({ functions, dimensions, optimisers, budget }: OptimiserBenchOptions): Unit[] {
  const order = [
    ...DIMENSIONS.filter((one) => dimensions.includes(one)),
    ...dimensions.filter((one) => !DIMENSIONS.includes(one)),
  ];
  const stage = (noisy: boolean, dimension: number): Unit[] =>
    functions
      .filter((number) => number > 100 === noisy)
      .flatMap((number) =>
        optimisers.map((optimiser) => {
          return { optimiser, function: number, dimension, budget: budget ?? BUDGETS[optimiser](dimension, noisy) };
        }),
      );
  return order.flatMap((dimension) => [...stage(false, dimension), ...stage(true, dimension)]);
}
