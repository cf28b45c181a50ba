import type { Random } from "../core/random.ts";
import { type ComparisonOptions, PairedComparison, type Verdict } from "./comparison.ts";

export interface Standing<A extends string> {
  readonly phase: "racing" | "confirming" | "over";
  /** Racing: none yet. Confirming: who won the race. Over: who was confirmed, else the incumbent. */
  readonly winner: A | undefined;
  /** What the race found of each contender, so far. */
  readonly race: ReadonlyMap<A, Verdict>;
  /** What the rerun found of the winner, so far. */
  readonly rerun: Verdict | undefined;
}

/**
 * Several contenders (a candidate, do nothing, one drawn at random) against the incumbent in mirrored blocks: A B C C B A in
 * an order drawn for each. Who is decided to be no better leaves at once. Who wins is measured once more from the
 * beginning, since the best of several looks better than it is ("winner's curse"); only then it takes over. The
 * chance that one without effect wins the race is at most `alpha`, shared evenly by the contenders (Bonferroni);
 * that it also survives the rerun, at most its square.
 */
export class Contest<A extends string> {
  private readonly incumbent: A;
  private readonly options: ComparisonOptions;
  private readonly random: Random;
  private readonly race: ReadonlyMap<A, PairedComparison>;
  private readonly dropped = new Set<A>();
  private rerun: { readonly arm: A; readonly comparison: PairedComparison } | undefined;

  constructor(incumbent: A, contenders: readonly A[], options: ComparisonOptions, random: Random) {
    this.incumbent = incumbent;
    this.options = options;
    this.random = random;
    const rivals = contenders.filter((arm) => arm !== incumbent);
    const alpha = (options.alpha ?? 0.05) / rivals.length;
    this.race = new Map(rivals.map((arm) => [arm, new PairedComparison({ ...options, alpha })]));
  }

  /** Whom to measure next, one after the other; nobody where it is over. */
  block(): readonly A[] {
    const arms = this.rivals();
    if (arms.length === 0) return [];
    const order = shuffled([this.incumbent, ...arms], this.random);
    return [...order, ...order.toReversed()];
  }

  /** What was measured, in the order of the block. */
  add(order: readonly A[], values: readonly number[]): void {
    const incumbent = meanOf(order, values, this.incumbent);
    for (const arm of this.rivals()) {
      if (!order.includes(arm)) continue;
      const comparison = this.rerun?.comparison ?? this.race.get(arm);
      comparison?.add({ incumbent, candidate: meanOf(order, values, arm) });
    }
    this.settle();
  }

  /** Out at once, whatever was measured: it broke what must hold. */
  drop(arm: A): void {
    this.dropped.add(arm);
    this.settle();
  }

  standing(): Standing<A> {
    const race = new Map([...this.race].map(([arm, comparison]) => [arm, comparison.verdict()] as const));
    const rerun = this.rerun?.comparison.verdict();
    if (this.rivals().length > 0)
      return { phase: this.rerun ? "confirming" : "racing", winner: this.rerun?.arm, race, rerun };
    const won = this.rerun !== undefined && rerun?.state === "better" && !this.dropped.has(this.rerun.arm);
    return { phase: "over", winner: won ? this.rerun?.arm : this.incumbent, race, rerun };
  }

  /** Who is still to be measured against the incumbent. */
  private rivals(): A[] {
    const undecided = (arm: A, comparison: PairedComparison): boolean =>
      !this.dropped.has(arm) && comparison.state === "undecided";
    if (this.rerun !== undefined) return undecided(this.rerun.arm, this.rerun.comparison) ? [this.rerun.arm] : [];
    return [...this.race].flatMap(([arm, comparison]) => (undecided(arm, comparison) ? [arm] : []));
  }

  /** Once the race is decided, who gained most runs again. */
  private settle(): void {
    if (this.rerun !== undefined || this.rivals().length > 0) return;
    const better = [...this.race].filter(([arm, { state }]) => state === "better" && !this.dropped.has(arm));
    const best = better.toSorted(([, a], [, b]) => b.gain - a.gain)[0];
    if (best !== undefined) this.rerun = { arm: best[0], comparison: new PairedComparison(this.options) };
  }
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}

function meanOf<A>(order: readonly A[], values: readonly number[], arm: A): number {
  const own = values.filter((_, at) => order[at] === arm);
  return own.reduce((sum, value) => sum + value, 0) / own.length;
}
