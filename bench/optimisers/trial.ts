import { RandomStream } from "../../src/core/random.ts";
import type { OptimiserName, Space } from "../../src/swarm/optimisers/index.ts";
import { createOptimiser } from "../../src/swarm/optimisers/index.ts";
import { bbobNoisy } from "./bbob-noisy.ts";
import { bbob } from "./bbob.ts";

/** Distances to the optimum's value, five to each power of ten: from 100 to 1e-8. */
export const TARGETS: readonly number[] = Array.from({ length: 51 }, (_, step) => 10 ** (2 - step / 5));

/** The 15 instances of BBOB-2009: 1 to 5, each three times. */
export const INSTANCES: readonly number[] = Array.from({ length: 15 }, (_, run) => (run % 5) + 1);

export interface Trial {
  /** Evaluations until it ended. */
  readonly evaluations: number;
  /** For each target the evaluation at which it was reached; 0 for never. */
  readonly hits: readonly number[];
}

/** What is measured together: 15 runs of one optimiser on one function in one dimension. */
export interface Unit {
  readonly optimiser: OptimiserName;
  /** 1 to 24, or 101 to 130. */
  readonly function: number;
  readonly dimension: number;
  /** Evaluations, for each dimension. */
  readonly budget: number;
}

export interface UnitResult extends Unit {
  readonly trials: readonly Trial[];
}

export const cube = (dimension: number): Space =>
  Array.from({ length: dimension }, (_, at) => ({ name: `x${at + 1}`, low: -5, high: 5 }));

/** As BBOB counts: a target is reached by the noise-free value of a point that was asked for. */
export function runTrial(unit: Unit, run: number, tuning: Readonly<Record<string, number>> = {}): Trial {
  const { dimension, optimiser: name } = unit;
  const noisy = unit.function > 100;
  const instance = INSTANCES[run] ?? 1;
  const seed = 1_000_003 * unit.function + 1009 * dimension + run;
  const problem = noisy ? bbobNoisy(unit.function, dimension, instance) : bbob(unit.function, dimension, instance);
  const measured =
    "measured" in problem ? (problem.measured as (value: number, random: RandomStream) => number) : undefined;
  const noise = new RandomStream(seed + 500);
  const optimiser = createOptimiser(name, { space: cube(dimension), seed, noisy, tuning });
  const hits = TARGETS.map(() => 0);
  const most = unit.budget * dimension;
  let [best, next] = [Infinity, 0];
  let evaluation = 0;
  while (evaluation < most && next < TARGETS.length) {
    const { id, point } = optimiser.ask();
    const excess = problem.excess(point);
    evaluation++;
    optimiser.tell(id, (measured === undefined ? excess : measured(excess, noise)) + problem.optimalValue);
    if (excess >= best) continue;
    best = excess;
    while (next < TARGETS.length && best <= (TARGETS[next] as number)) hits[next++] = evaluation;
  }
  return { evaluations: evaluation, hits };
}

export function runUnit(unit: Unit): UnitResult {
  return { ...unit, trials: INSTANCES.map((_, run) => runTrial(unit, run)) };
}

/** Expected running time: all evaluations spent until the target or the end, for each success (Hansen et al., RR-6828). */
export function expectedRunningTime(
  trials: readonly Trial[],
  target: number,
): { readonly ert: number; readonly successes: number } {
  const at = TARGETS.findIndex((one) => one <= target * (1 + 1e-9));
  let [spent, successes] = [0, 0];
  for (const { evaluations, hits } of trials) {
    const hit = hits[at] ?? 0;
    spent += hit > 0 ? hit : evaluations;
    if (hit > 0) successes++;
  }
  return { ert: successes === 0 ? Infinity : spent / successes, successes };
}
