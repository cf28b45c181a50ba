import { Bets, medianOf } from "./comparison-bets.ts";

export type Direction = "lower" | "higher";

/** One measurement of each, made close together. What is not a finite number counts as a failure, worse than any value. */
export interface Pair {
  readonly incumbent: number;
  readonly candidate: number;
}

export interface ComparisonOptions {
  /** Which values of the metric are better. */
  readonly direction: Direction;
  /** Greatest chance that a difference is found where there is none, however often one looks. Default 0.05. */
  readonly alpha?: number;
  /** No verdict before so many pairs. Default 6. */
  readonly minPairs?: number;
  /** Nothing found until then means the same. Default 40. */
  readonly maxPairs?: number;
  /** What is better by less is not worth a change, as a share of the incumbent's value. Default 0.01. */
  readonly smallestEffect?: number;
}

/** same: no better by what matters, or not shown to be within the pairs allowed. */
export type ComparisonState = "undecided" | "better" | "worse" | "same";

export interface Verdict {
  readonly state: ComparisonState;
  readonly pairs: number;
  /** How the candidate's value differs from the incumbent's, as a share of it: -0.2 is a fifth lower. Median over pairs. */
  readonly effect: number;
  /** Holds the effect at all times at once with a chance of 1 - alpha; -1 and Infinity where an end is not known yet. */
  readonly interval: readonly [low: number, high: number];
  /** 1 minus the greatest chance of such a difference, either way, where there is none; valid however often one looks. */
  readonly confidence: number;
}

const DEFAULTS = { alpha: 0.05, minPairs: 6, maxPairs: 40, smallestEffect: 0.01 };
/** Logarithms of a ratio beyond this are a failure or a zero, not a size. */
const FAR = 20;
const UNKNOWN = [-1, Number.POSITIVE_INFINITY] as const;

/**
 * A candidate against the incumbent, pair by pair, ended as soon as it is clear. A verdict may be asked for after
 * every pair without spoiling it: see `Bets`. What was once decided stays. Feed it pairs from blocks of random order
 * (`blockOrder`), else drift of the host may pass for an effect.
 */
export class PairedComparison {
  private readonly options: Required<ComparisonOptions>;
  private readonly bets = new Bets();
  /** The greatest fortune yet against "no difference", by side. */
  private most = { up: 1, down: 1 };
  private reached: ComparisonState = "undecided";

  constructor(options: ComparisonOptions) {
    this.options = { ...DEFAULTS, ...options };
  }

  /** After a verdict it changes nothing. */
  add(pair: Pair): void {
    if (this.reached !== "undecided") return;
    this.bets.add(this.gainOf(pair));
    this.reached = this.judge();
  }

  /** The verdict's state, for less work. */
  get state(): ComparisonState {
    return this.reached;
  }

  get pairs(): number {
    return this.bets.values.length;
  }

  /** Logarithm of the ratio of better to worse, median over pairs; 0 where there is none. */
  get gain(): number {
    return this.bets.values.length === 0 ? 0 : medianOf(this.bets.values);
  }

  /**
   * Whether more pairs may be worth their cost, for who has others to try: bets on the candidate have not lost. No part of
   * the verdict; leaving early never makes a difference of none.
   */
  get promising(): boolean {
    return this.gain > 0 && this.bets.fortune(0, 1) >= 1;
  }

  verdict(): Verdict {
    const pairs = this.bets.values.length;
    if (pairs === 0) return { state: this.state, pairs, effect: 0, interval: UNKNOWN, confidence: 0 };
    const { gain } = this;
    const [low, high] = this.bets.interval(this.options.alpha);
    const lower = this.options.direction === "lower";
    return {
      state: this.state,
      pairs,
      effect: Math.expm1(lower ? -gain : gain),
      interval: lower ? [Math.expm1(-high), Math.expm1(-low)] : [Math.expm1(low), Math.expm1(high)],
      confidence: Math.max(0, 1 - 2 / Math.max(this.most.up, this.most.down)),
    };
  }

  /** Logarithm of the ratio of better to worse: above 0 where the candidate is better. Swapping the two turns its sign, no more. */
  private gainOf({ incumbent, candidate }: Pair): number {
    const sign = this.options.direction === "lower" ? -1 : 1;
    if (!Number.isFinite(incumbent) || !Number.isFinite(candidate))
      return FAR * (Number(Number.isFinite(candidate)) - Number(Number.isFinite(incumbent)));
    if (incumbent === candidate) return 0;
    // To or from nothing: beyond every ratio. Below nothing there is none: the difference as a share of the mean size.
    const size = Math.max(Math.abs(incumbent), Math.abs(candidate));
    const [from, to] = [incumbent / size, candidate / size];
    const hasRatio = incumbent >= 0 && candidate >= 0;
    const log = hasRatio
      ? Math.log(Math.abs(candidate) / Math.abs(incumbent))
      : (2 * (to - from)) / (Math.abs(to) + Math.abs(from));
    return sign * Math.max(-FAR, Math.min(FAR, log));
  }

  private judge(): ComparisonState {
    const { bets, most } = this;
    const { alpha, minPairs, maxPairs, smallestEffect } = this.options;
    const rich = 2 / alpha;
    const [up, down] = [bets.fortune(0, 1), bets.fortune(0, -1)];
    this.most = { up: Math.max(most.up, up), down: Math.max(most.down, down) };
    const pairs = bets.values.length;
    if (pairs < minPairs) return "undecided";
    const { gain } = this;
    const matters = Math.log1p(smallestEffect);
    if (down >= rich && gain < 0) return "worse";
    if (up >= rich && gain >= matters) return "better";
    return bets.fortune(matters, -1) >= rich || pairs >= maxPairs ? "same" : "undecided";
  }
}
