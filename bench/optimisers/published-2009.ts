import type { PublishedRun } from "./published.ts";

/*
 * Expected running times in 20 dimensions at BBOB-2009, from the tables that the COCO project generated from the participants' data:
 * the best of all participants to a target, and each one's as a multiple of that. Here multiplied out; the best is printed with
 * whole evaluations, the multiples with six decimals.
 */

const SOURCE =
  "numbbo/ppdata-archive, bbob/2009/pptables.html (aRT divided by the best aRT measured during BBOB-2009), dimension 20";

type Times = Readonly<Record<number, number>>;

/** `best` and `multiples` by target. */
const times = (best: Times, multiples: Times): readonly (readonly [target: number, evaluations: number])[] =>
  Object.entries(multiples)
    .map(([target, multiple]) => [Number(target), (best[Number(target)] ?? 0) * multiple] as const)
    .sort(([a], [b]) => b - a);

const BIPOP: Readonly<Record<number, ReturnType<typeof times>>> = {
  1: times({ 1e-3: 43, 1e-7: 43 }, { 1e-3: 32.699225, 1e-7: 57.368992 }),
  2: times({ 1e-3: 390, 1e-7: 393 }, { 1e-3: 46.651453, 1e-7: 49.545886 }),
  5: times({ 1e-3: 41, 1e-7: 41 }, { 1e-3: 6.253659, 1e-7: 6.253659 }),
  6: times({ 1e-3: 5220, 1e-7: 8409 }, { 1e-3: 1.122937, 1e-7: 1.164879 }),
  7: times({ 1e-3: 16_524, 1e-7: 16_969 }, { 1e-3: 2.180396, 1e-7: 2.134453 }),
  8: times({ 1e-3: 4219, 1e-7: 4484 }, { 1e-3: 4.538927, 1e-7: 4.613381 }),
  9: times({ 1e-3: 3455, 1e-7: 3727 }, { 1e-3: 6.129146, 1e-7: 6.110992 }),
  10: times({ 1e-3: 14_920, 1e-7: 17_476 }, { 1e-3: 1.219178, 1e-7: 1.107584 }),
  11: times({ 1e-3: 9762, 1e-7: 14_831 }, { 1e-3: 1.39089, 1e-7: 1.031942 }),
  12: times({ 1e-3: 4140, 1e-7: 13_827 }, { 1e-3: 4.46087, 1e-7: 2.027531 }),
  13: times({ 1e-3: 18_749, 1e-7: 30_201 }, { 1e-3: 1.480783, 1e-7: 3.017496 }),
  14: times({ 1e-3: 932, 1e-7: 15_661 }, { 1e-3: 4.130687, 1e-7: 1.162178 }),
};

/** M. El-Abd and M. S. Kamel's particle swarm, to the targets that can be expected within 20,000 evaluations or are reached by it in vain. */
const PSO: Readonly<Record<number, ReturnType<typeof times>>> = {
  1: times(
    { 1e1: 43, 1: 43, 1e-3: 43, 1e-7: 43 },
    { 1e1: 22.469767, 1: 3398.58804, 1e-3: 3562.940199, 1e-7: 3808.348837 },
  ),
  14: times(
    { 1e1: 75, 1: 239, 1e-1: 304, 1e-2: 451, 1e-3: 932 },
    { 1e1: 6.652444, 1: 12.396653, 1e-1: 19.78443, 1e-2: 27.051589, 1e-3: 54.054006 },
  ),
};

/** J. García-Nieto, E. Alba and J. Apolloni's hybrid of differential evolution and particle swarm; at most 40,040 evaluations. */
const DE_PSO: Readonly<Record<number, ReturnType<typeof times>>> = {
  1: times({ 1e1: 43, 1e-1: 43, 1e-3: 43 }, { 1e1: 30.457364, 1e-1: 187.947287, 1e-3: 557.111296 }),
  2: times({ 1e1: 385, 1: 386 }, { 1e1: 42.294545, 1: 66.386874 }),
  6: times({ 1e1: 1296 }, { 1e1: 11.930864 }),
  7: times({ 1e1: 1351 }, { 1e1: 17.853173 }),
  12: times({ 1e1: 1042 }, { 1e1: 67.804942 }),
  13: times({ 1e1: 652 }, { 1e1: 64.444646 }),
  14: times({ 1e1: 75, 1e-1: 304, 1e-2: 451 }, { 1e1: 13.576, 1e-1: 24.998684, 1e-2: 49.000739 }),
};

const runs = (
  algorithm: string,
  optimiser: PublishedRun["optimiser"],
  table: Readonly<Record<number, ReturnType<typeof times>>>,
): PublishedRun[] =>
  Object.entries(table).flatMap(([number, row]) =>
    row.map(([target, evaluations]): PublishedRun => {
      const source = SOURCE;
      return {
        algorithm,
        optimiser,
        function: Number(number),
        dimension: 20,
        target,
        evaluations,
        statistic: "ert",
        source,
      };
    }),
  );

export const PUBLISHED_2009: readonly PublishedRun[] = [
  ...runs("BIPOP-CMA-ES", "cma", BIPOP),
  ...runs("PSO (El-Abd)", "pso", PSO),
  ...runs("DE-PSO (García-Nieto)", "shade", DE_PSO),
];
