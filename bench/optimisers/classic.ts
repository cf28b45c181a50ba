import { spreadOf } from "../../src/lab/spread.ts";
import { createOptimiser } from "../../src/swarm/optimisers/index.ts";
import { type Figure, atMost } from "../harness.ts";
import { type ClassicFunction, PUBLISHED_CLASSIC, type PublishedClassic } from "./published.ts";

const FUNCTIONS: Readonly<Record<ClassicFunction, (point: readonly number[]) => number>> = {
  sphere: (point) => point.reduce((sum, x) => sum + x * x, 0),
  rosenbrock: (point) =>
    point.slice(1).reduce((sum, next, at) => {
      const here = point[at] ?? 0;
      return sum + 100 * (here * here - next) ** 2 + (1 - here) ** 2;
    }, 0),
  griewank: (point) =>
    point.reduce((sum, x) => sum + (x * x) / 4000, 1) -
    point.reduce((product, x, at) => product * Math.cos(x / Math.sqrt(at + 1)), 1),
  rastrigin: (point) => point.reduce((sum, x) => sum + x * x - 10 * Math.cos(2 * Math.PI * x) + 10, 0),
};

/** A published mean is of 20 or 25 runs, and has an error of its own. */
const NO_WORSE = 1.2;
const GIVEN_UP = 200_000;

/** Our mean number of evaluations over the published one, case by case. */
export function classicFigures(quick: boolean): Figure[] {
  return PUBLISHED_CLASSIC.map((published) => {
    const runs = quick ? 10 : 100;
    let sum = 0;
    for (let seed = 1; seed <= runs; seed++) sum += evaluations(published, seed);
    const { optimiser, objective, dimension } = published;
    return {
      name: `${optimiser} ${objective} ${dimension}-D: evaluations / those of ${published.by} (${published.evaluations})`,
      spread: spreadOf([sum / runs / published.evaluations]),
      unit: "×",
      limit: atMost(NO_WORSE),
    };
  });
}

function evaluations(
  { optimiser, objective, dimension, half, target, tuning }: PublishedClassic,
  seed: number,
): number {
  const space = Array.from({ length: dimension }, (_, at) => ({ name: `x${at + 1}`, low: -half, high: half }));
  const search = createOptimiser(optimiser, { space, seed, tuning });
  for (let evaluation = 1; evaluation <= GIVEN_UP; evaluation++) {
    const { id, point } = search.ask();
    const value = FUNCTIONS[objective](point);
    if (value <= target) return evaluation;
    search.tell(id, value);
  }
  return GIVEN_UP;
}
