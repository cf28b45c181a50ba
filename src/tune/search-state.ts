import { PairedComparison } from "../swarm/comparison.ts";
import type { Optimiser } from "../swarm/optimiser.ts";
import type { Budget } from "./budget.ts";
import type { SearchPlan, Tried } from "./search-plan.ts";

/** Most pairs that one candidate is followed for: enough for a clear one, little of the budget. */
const PAIRS = { least: 8, most: 20, share: 1 / 16 } as const;

/** What the search knows. */
export class SearchState {
  readonly plan: SearchPlan;
  readonly budget: Budget;
  readonly optimiser: Optimiser;
  /** Runs of the default that agree to the last digit: one run tells all. */
  readonly exact: boolean;
  /** The incumbent's value when it was last measured: where runs agree exactly, it is never measured again. */
  value: number;
  readonly maxPairs: number;
  incumbent: Tried;
  /** By key, with the latest knowledge. */
  private readonly known = new Map<string, Tried>();
  /** Comparisons with the present incumbent that are not decided. */
  private readonly open = new Map<string, PairedComparison>();

  constructor(plan: SearchPlan, budget: Budget, defaults: readonly number[]) {
    this.plan = plan;
    this.budget = budget;
    this.value = defaults[0] ?? Number.NaN;
    this.exact = defaults.every((value) => value === defaults[0]);
    const { least, most, share } = PAIRS;
    this.maxPairs = Math.min(most, Math.max(least, Math.round(budget.expectedRuns * share)));
    this.optimiser = plan.optimiser(!this.exact, budget.expectedRuns / (this.exact ? 1 : 2));
    this.incumbent = { point: plan.start, gain: 0, pairs: 0, state: "same" };
    this.learn(this.incumbent);
  }

  get best(): readonly number[] | undefined {
    return this.incumbent.point === this.plan.start ? undefined : this.incumbent.point;
  }

  get tried(): Tried[] {
    return [...this.known.values()];
  }

  /** Takes over what was found of a setting, and the setting itself where it is better than the incumbent. */
  learn(tried: Tried): void {
    const key = this.plan.keyOf(tried.point);
    this.known.set(key, tried);
    if (tried.state !== "undecided") this.open.delete(key);
    if (tried.state !== "better") return;
    this.incumbent = tried;
    this.open.clear();
  }

  /** What needs no run any more. */
  settled(point: readonly number[]): Tried | undefined {
    const tried = this.known.get(this.plan.keyOf(point));
    return tried?.state === "undecided" ? undefined : tried;
  }

  /** With the incumbent, as far as it went when it was last left. */
  comparisonOf(point: readonly number[]): PairedComparison {
    const key = this.plan.keyOf(point);
    const comparison = this.open.get(key) ?? this.comparison(this.maxPairs);
    this.open.set(key, comparison);
    return comparison;
  }

  comparison(maxPairs?: number): PairedComparison {
    const { direction, confidence, smallestEffect } = this.plan;
    const options = { direction, alpha: 1 - confidence, smallestEffect };
    return new PairedComparison(maxPairs === undefined ? options : { ...options, maxPairs });
  }
}
