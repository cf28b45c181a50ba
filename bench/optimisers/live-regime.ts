import { RandomStream } from "../../src/core/random.ts";
import type { OptimiserName } from "../../src/swarm/optimisers/index.ts";
import { createOptimiser } from "../../src/swarm/optimisers/index.ts";
import { type Problem, bbob } from "./bbob.ts";
import { INSTANCES, cube } from "./trial.ts";

/*
 * The regime of a live host: at most 100 evaluations for each dimension, with noise. What counts is what the optimiser recommends at
 * the end, by its value without noise. Noise is normal, its deviation a share of the spread of values that random points have (half
 * the distance between their quartiles): what repeats of one setting differ by, beside what settings differ by.
 */

export interface Contender {
  readonly label: string;
  readonly name: OptimiserName;
  readonly tuning?: (dimension: number, evaluations: number) => Readonly<Record<string, number>>;
}

export interface LiveSetting {
  readonly dimension: number;
  /** For each dimension. */
  readonly budget: number;
  /** Standard deviation, in spreads. */
  readonly noise: number;
}

/** All contenders, on the same problems with the same seeds. */
export interface LiveRow {
  readonly label: string;
  /** 1 is the best. */
  readonly meanRank: number;
  /** Share of problems where it is better than the one that comes first in the list. */
  readonly beatsFirst: number;
  /** Excess of the recommendation over that of the first, median over problems. */
  readonly ratio: number;
}

/** The excess of what each contender recommends, for one function and run. */
function recommended(contender: Contender, number: number, run: number, setting: LiveSetting): number {
  const { dimension, budget, noise } = setting;
  const problem = bbob(number, dimension, INSTANCES[run] ?? 1);
  const deviation = noise * spread(problem, dimension);
  const seed = 1_000_003 * number + 1009 * dimension + run;
  const random = new RandomStream(seed + 500);
  const evaluations = budget * dimension;
  const tuning = contender.tuning?.(dimension, evaluations) ?? {};
  const optimiser = createOptimiser(contender.name, {
    space: cube(dimension),
    seed,
    noisy: noise > 0,
    tuning,
    evaluations,
  });
  for (let evaluation = 0; evaluation < evaluations; evaluation++) {
    const { id, point } = optimiser.ask();
    optimiser.tell(id, problem.excess(point) + (noise > 0 ? deviation * random.normal() : 0));
  }
  const best = optimiser.best();
  return best === undefined ? Infinity : Math.max(0, problem.excess(best.point));
}

export function liveRows(
  contenders: readonly Contender[],
  functions: readonly number[],
  runs: number,
  setting: LiveSetting,
): LiveRow[] {
  const sums = contenders.map(() => ({ rank: 0, beats: 0, ratios: [] as number[] }));
  const problems = functions.flatMap((number) => Array.from({ length: runs }, (_, run) => ({ number, run })));
  for (const { number, run } of problems) {
    const excess = contenders.map((contender) => recommended(contender, number, run, setting));
    const [first = 1] = excess;
    excess.forEach((value, at) => {
      const sum = sums[at];
      if (sum === undefined) return;
      const below = excess.filter((other) => other < value).length;
      const equal = excess.filter((other) => other === value).length;
      sum.rank += below + (equal + 1) / 2;
      sum.beats += value < first ? 1 : 0;
      sum.ratios.push((value + 1e-8) / (first + 1e-8));
    });
  }
  return contenders.map(({ label }, at) => {
    const { rank, beats, ratios } = sums[at] ?? { rank: Number.NaN, beats: 0, ratios: [] };
    ratios.sort((a, b) => a - b);
    return {
      label,
      meanRank: rank / problems.length,
      beatsFirst: beats / problems.length,
      ratio: ratios[ratios.length >> 1] ?? Number.NaN,
    };
  });
}

const spreads = new WeakMap<Problem, number>();

function spread(problem: Problem, dimension: number): number {
  const known = spreads.get(problem);
  if (known !== undefined) return known;
  const random = new RandomStream(dimension);
  const values = Float64Array.from({ length: 200 }, () =>
    problem.excess(Float64Array.from({ length: dimension }, () => 10 * random.next() - 5)),
  ).sort();
  const found = ((values[150] as number) - (values[50] as number)) / 2;
  spreads.set(problem, found);
  return found;
}
