import type { OptimiserName } from "../../src/swarm/optimisers/index.ts";
import { type Trial, type UnitResult, TARGETS, expectedRunningTime } from "./trial.ts";

/** Groups of RR-6829, and the noisy functions of RR-6869. */
export const GROUPS: readonly { readonly name: string; readonly from: number; readonly to: number }[] = [
  { name: "separable", from: 1, to: 5 },
  { name: "moderate", from: 6, to: 9 },
  { name: "ill-conditioned", from: 10, to: 14 },
  { name: "multimodal", from: 15, to: 19 },
  { name: "weak structure", from: 20, to: 24 },
  { name: "moderate noise", from: 101, to: 106 },
  { name: "severe noise", from: 107, to: 121 },
  { name: "noisy, multimodal", from: 122, to: 130 },
];

export const FINAL_TARGET = 1e-8;

/** Share of all pairs of run and target (51 from 100 to 1e-8) that are reached within so many evaluations for each dimension. */
export function shareReached(results: readonly UnitResult[], perDimension: number): number {
  let [reached, all] = [0, 0];
  for (const { dimension, trials } of results)
    for (const { hits } of trials) {
      all += TARGETS.length;
      for (const hit of hits) if (hit > 0 && hit <= perDimension * dimension) reached++;
    }
  return all === 0 ? Number.NaN : reached / all;
}

/** Functions that were solved to 1e-8 in at least one run, as BBOB counts. */
export function solved(results: readonly UnitResult[]): number {
  return results.filter(({ trials }) => expectedRunningTime(trials, FINAL_TARGET).successes > 0).length;
}

/** Evaluations to a target, median over the runs, of which more than half must have reached it. */
export function medianRun(trials: readonly Trial[], target: number): number {
  const at = TARGETS.findIndex((one) => one <= target * (1 + 1e-9));
  const hits = trials.map(({ hits }) => hits[at] ?? 0).map((hit) => (hit > 0 ? hit : Infinity));
  return hits.sort((a, b) => a - b)[trials.length >> 1] ?? Infinity;
}

export function select(
  results: readonly UnitResult[],
  optimiser: OptimiserName,
  dimension: number,
  range: { readonly from: number; readonly to: number },
): UnitResult[] {
  return results.filter(
    (one) =>
      one.optimiser === optimiser &&
      one.dimension === dimension &&
      one.function >= range.from &&
      one.function <= range.to,
  );
}

/** "cma at 5-D: 22 of 24" and the like, row by row: solved by group, and how far after 10, 100, 1000, 10000 evaluations a dimension. */
export function summaryTable(results: readonly UnitResult[], dimension: number, noisy: boolean): string[][] {
  const groups = GROUPS.filter(({ from }) => from > 100 === noisy);
  const range = noisy ? { from: 101, to: 130 } : { from: 1, to: 24 };
  const names = [...new Set(results.map(({ optimiser }) => optimiser))];
  const rows = names.flatMap((name) => {
    const all = select(results, name, dimension, range);
    if (all.length === 0) return [];
    const budgets = [...new Set(all.map(({ budget }) => budget))];
    const shares = [10, 100, 1000, 10_000].map((per) =>
      Math.max(...budgets) >= per ? shareReached(all, per).toFixed(2) : "",
    );
    const perGroup = groups.map((group) => {
      const some = select(results, name, dimension, group);
      return `${solved(some)}/${some.length}`;
    });
    return [[name, budgets.join(", "), `${solved(all)}/${all.length}`, ...perGroup, ...shares]];
  });
  const head = [
    "optimiser",
    "budget/D",
    "solved",
    ...groups.map(({ name }) => name),
    "10 D",
    "100 D",
    "1000 D",
    "10000 D",
  ];
  return [head, ...rows];
}
