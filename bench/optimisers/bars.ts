import { spreadOf } from "../../src/lab/spread.ts";
import { type Figure, atLeast, atMost } from "../harness.ts";
import { PUBLISHED_NOISY, PUBLISHED_RUNS, type PublishedRun } from "./published.ts";
import { medianRun, select, shareReached, solved } from "./summary.ts";
import { type UnitResult, expectedRunningTime } from "./trial.ts";

/** Of the published expected running time, at most so many times: CMA-ES by the project's own bar, others no worse but for the error of 15 runs. */
const FACTORS = { cma: 1.5, others: 1.2 } as const;

/** Functions that CMA-ES is known to solve up to 20 dimensions: unimodal or nearly so (RR-6829; Hansen 2009). */
const KNOWN_TO_SOLVE = [1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

/** Bars of what was run; nothing for what was not. */
export function barsOf(results: readonly UnitResult[]): Figure[] {
  return [
    ...againstPublishedRuns(results),
    ...solvedByCma(results),
    ...againstPublishedNoisy(results),
    ...againstRandom(results),
  ];
}

function againstPublishedRuns(results: readonly UnitResult[]): Figure[] {
  return PUBLISHED_RUNS.flatMap((published) => {
    const own = ownRun(results, published);
    if (own === undefined) return [];
    const { optimiser, dimension, target, statistic, algorithm, evaluations } = published;
    return [
      {
        name: `${optimiser} f${published.function} ${dimension}-D to ${target.toPrecision(1)}: ${statistic} / ${algorithm}'s`,
        spread: spreadOf([own / evaluations]),
        unit: "×",
        limit: atMost(optimiser === "cma" ? FACTORS.cma : FACTORS.others),
      },
    ];
  });
}

/** Ours, of what was published; undefined where it was not run. */
export function ownRun(results: readonly UnitResult[], published: PublishedRun): number | undefined {
  const { optimiser, dimension, target, statistic } = published;
  const [unit] = select(results, optimiser, dimension, { from: published.function, to: published.function });
  if (unit === undefined) return undefined;
  return statistic === "ert" ? expectedRunningTime(unit.trials, target).ert : medianRun(unit.trials, target);
}

function solvedByCma(results: readonly UnitResult[]): Figure[] {
  return [2, 5, 10, 20].flatMap((dimension) => {
    const units = KNOWN_TO_SOLVE.flatMap((number) => select(results, "cma", dimension, { from: number, to: number }));
    if (units.length === 0) return [];
    const runs = units.flatMap(({ trials }) => trials);
    const reached = runs.filter(({ hits }) => (hits.at(-1) ?? 0) > 0).length;
    return [
      {
        name: `cma ${dimension}-D: solved of f1, f2, f5 to f14`,
        spread: spreadOf([solved(units) / units.length]),
        unit: "of 1",
        limit: atLeast(1),
      },
      {
        name: `cma ${dimension}-D: runs that solve them`,
        spread: spreadOf([reached / runs.length]),
        unit: "of 1",
        limit: atLeast(0.95),
      },
    ];
  });
}

/** A bar only where the whole of the noisy functions was run with a budget like theirs; else a figure beside theirs. */
function againstPublishedNoisy(results: readonly UnitResult[]): Figure[] {
  return PUBLISHED_NOISY.flatMap(({ dimension, solved: theirs, algorithm, within }) => {
    const units = select(results, "cma", dimension, { from: 101, to: 130 });
    if (units.length < 30) return [];
    const budget = Math.min(...units.map((unit) => unit.budget));
    const name = `cma ${dimension}-D: noisy functions solved within ${budget} D (${algorithm} solves ${theirs}, within ${within})`;
    const figure = { name, spread: spreadOf([solved(units)]), unit: "of 30" };
    return [budget >= 1e5 * dimension ? { ...figure, limit: atLeast(theirs) } : figure];
  });
}

/** Whatever searches has to be better than chance. */
function againstRandom(results: readonly UnitResult[]): Figure[] {
  const names = ["de", "shade", "pso", "aco", "abc", "cma"] as const;
  return [2, 5, 10, 20].flatMap((dimension) => {
    const chance = select(results, "random", dimension, { from: 1, to: 24 });
    return names.flatMap((name) => {
      const units = select(results, name, dimension, { from: 1, to: 24 });
      if (units.length === 0 || chance.length !== units.length) return [];
      return [
        {
          name: `${name} ${dimension}-D: targets reached within 1000 D, less those of random search`,
          spread: spreadOf([shareReached(units, 1000) - shareReached(chance, 1000)]),
          unit: "of 1",
          limit: atLeast(0.05),
        },
      ];
    });
  });
}
