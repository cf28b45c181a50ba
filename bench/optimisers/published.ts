import type { OptimiserName } from "../../src/swarm/optimisers/index.ts";
import { PUBLISHED_2009 } from "./published-2009.ts";

/* Figures that others have published, and that could be read at their source: no number is given from memory. */

export interface PublishedRun {
  readonly algorithm: string;
  /** Ours of the same kind. */
  readonly optimiser: OptimiserName;
  readonly function: number;
  readonly dimension: number;
  readonly target: number;
  /** Evaluations: expected running time, or the median of 15 runs that all succeeded. */
  readonly evaluations: number;
  readonly statistic: "ert" | "median";
  readonly source: string;
}

const DOCSTRING =
  "data set BIPOP-CMA-ES_hansen_noiseless of BBOB-2009 (cmaes V3.30.beta), as printed in the documentation of class DataSet, " +
  "numbbo/coco, bbob_pproc/pproc.py";

const bipop = (target: number, evaluations: number, statistic: "ert" | "median"): PublishedRun => {
  const [algorithm, optimiser] = ["BIPOP-CMA-ES", "cma"] as const;
  return { algorithm, optimiser, function: 2, dimension: 10, target, evaluations, statistic, source: DOCSTRING };
};

export const PUBLISHED_RUNS: readonly PublishedRun[] = [
  bipop(10 ** 1.6, 3071.867, "ert"),
  bipop(10 ** -0.4, 4813.333, "ert"),
  bipop(1e1, 3645, "median"),
  bipop(1e-1, 4966, "median"),
  bipop(1e-3, 5287, "median"),
  bipop(1e-5, 5626, "median"),
  bipop(1e-8, 6112, "median"),
  ...PUBLISHED_2009,
];

export interface PublishedSolved {
  readonly algorithm: string;
  readonly dimension: number;
  /** Of the 30 noisy functions, to 1e-8 in at least one of 15 runs. */
  readonly solved: number;
  /** Evaluations that it was given: this tells why a shorter run solves fewer. */
  readonly within: string;
  readonly source: string;
}

const NOISY =
  "N. Hansen, Benchmarking a BI-population CMA-ES on the BBOB-2009 noisy testbed, GECCO companion 2009, abstract";

export const PUBLISHED_NOISY: readonly PublishedSolved[] = [
  { algorithm: "BIPOP-CMA-ES", dimension: 5, solved: 29, within: "100 D to 10^5 D^2", source: NOISY },
  { algorithm: "BIPOP-CMA-ES", dimension: 10, solved: 27, within: "100 D to 10^5 D^2", source: NOISY },
  { algorithm: "BIPOP-CMA-ES", dimension: 20, solved: 26, within: "100 D to 10^5 D^2", source: NOISY },
];

export type ClassicFunction = "sphere" | "rosenbrock" | "griewank" | "rastrigin";

export interface PublishedClassic {
  readonly optimiser: "de" | "pso";
  readonly by: string;
  readonly objective: ClassicFunction;
  readonly dimension: number;
  /** The box is [-half, half] in each coordinate. */
  readonly half: number;
  readonly target: number;
  /** As they set it. */
  readonly tuning: Readonly<Record<string, number>>;
  /** Mean number until the target is reached; all of their runs reached it. */
  readonly evaluations: number;
  readonly source: string;
}

const STORN_PRICE =
  "R. Storn and K. Price, Differential evolution, Journal of Global Optimization 11, 1997: f1, f2, f7, f13, f14; the paper's numbers " +
  "of evaluations as quoted, with boxes, targets and settings, in github.com/catdance124/Differential_Evolution (README.md, DE.c)";

const de = (
  objective: ClassicFunction,
  [dimension, half, target]: readonly [number, number, number],
  [population, factor, crossover]: readonly [number, number, number],
  evaluations: number,
): PublishedClassic => {
  const tuning = { population, factor, crossover };
  return {
    optimiser: "de",
    by: "Storn and Price",
    objective,
    dimension,
    half,
    target,
    tuning,
    evaluations,
    source: STORN_PRICE,
  };
};

const SPSO =
  "SPSO-2011, the Matlab release of Clerc and Omran (test_SPSO2011.m), function 26 to an error of 1e-4, 25 runs; logs and tables of " +
  "P. Hale, github.com/hale/pso_comparison (results.md with a swarm of 40, report_main.tex and results/spso2011 with 20). The box is " +
  "not named there; [-100, 100] is the usual one of that function";

const pso = (dimension: number, swarm: number, evaluations: number): PublishedClassic => {
  return {
    optimiser: "pso",
    by: `SPSO-2011, swarm of ${swarm}`,
    objective: "sphere",
    dimension,
    half: 100,
    target: 1e-4,
    tuning: { swarm },
    evaluations,
    source: SPSO,
  };
};

export const PUBLISHED_CLASSIC: readonly PublishedClassic[] = [
  de("sphere", [3, 5.12, 1e-6], [5, 0.9, 0.1], 406),
  de("rosenbrock", [2, 2.048, 1e-6], [10, 0.9, 0.9], 654),
  de("griewank", [10, 400, 1e-6], [25, 0.5, 0.2], 12_752),
  de("rastrigin", [20, 600, 0.9], [25, 0.5, 0], 12_971),
  de("griewank", [20, 600, 1e-3], [20, 0.5, 0.1], 8691),
  pso(2, 20, 987),
  pso(20, 20, 5120),
  pso(2, 40, 1830),
  pso(30, 40, 12_200),
];
