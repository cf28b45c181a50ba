import type { OptimiserName } from "../../src/swarm/optimisers/index.ts";
import type { OptimiserBenchOptions } from "./options.ts";
import type { Unit } from "./trial.ts";

type Budgets = Readonly<Record<number, number>>;

interface BudgetPlan {
  /** Evaluations for each dimension, by dimension; the last counts for what is larger. */
  readonly exact: Budgets;
  readonly noisy: Budgets;
}

/** By what it costs to find out: all of it takes about two hours of one core. */
const USUAL: BudgetPlan = {
  exact: { 5: 10_000, 10: 2000, 20: 1000 },
  noisy: { 20: 1000 },
};

const BUDGETS: Readonly<Partial<Record<OptimiserName, BudgetPlan>>> = {
  random: { exact: { 20: 1000 }, noisy: { 20: 1000 } },
  cma: { exact: { 20: 10_000 }, noisy: { 20: 10_000 } },
};

function budgetFor(optimiser: OptimiserName, dimension: number, noisy: boolean): number {
  const budgets = (BUDGETS[optimiser] ?? USUAL)[noisy ? "noisy" : "exact"];
  const steps = Object.keys(budgets).map(Number);
  const step = steps.find((one) => dimension <= one) ?? Math.max(...steps);
  return budgets[step] ?? 1000;
}

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
          return { optimiser, function: number, dimension, budget: budget ?? budgetFor(optimiser, dimension, noisy) };
        }),
      );
  return [false, true].flatMap((noisy) => order.flatMap((dimension) => stage(noisy, dimension)));
}
