/*
 * Figures that others have published, and that could be read at their source. What is not here could not: the tables of
 * BBOB-2009 and later are in papers and archives that were out of reach when this was written, and no number is given from memory.
 */

export interface PublishedRun {
  readonly algorithm: string;
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
  return { algorithm: "BIPOP-CMA-ES", function: 2, dimension: 10, target, evaluations, statistic, source: DOCSTRING };
};

export const PUBLISHED_RUNS: readonly PublishedRun[] = [
  bipop(10 ** 1.6, 3071.867, "ert"),
  bipop(10 ** -0.4, 4813.333, "ert"),
  bipop(1e1, 3645, "median"),
  bipop(1e-1, 4966, "median"),
  bipop(1e-3, 5287, "median"),
  bipop(1e-5, 5626, "median"),
  bipop(1e-8, 6112, "median"),
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
