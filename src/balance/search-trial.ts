import type { Random } from "../core/random.ts";
import { type ComparisonOptions, PairedComparison, type Verdict } from "../swarm/comparison.ts";
import { type Arm, blockOrder, pairOf } from "../swarm/comparison-blocks.ts";
import type { Moment } from "./search-objective.ts";

export const TRIAL = {
  /** Of readings in one quarter of a block A B B A: six or so where a workload must be fast. */
  quarterMs: 1500,
  /** Of a gain in batch work; less is not worth a change. */
  smallestEffect: 0.02,
  /** To be worth a rerun. A candidate is kept only after that, so errors of both would have to coincide. */
  screening: { alpha: 0.1, minPairs: 5, maxPairs: 14 },
  confirmation: { alpha: 0.05, minPairs: 6, maxPairs: 20 },
  /** Octaves by which a candidate may be worse than the incumbent where that misses a target itself: readings scatter then. */
  bearable: 2,
  /** Octaves over the target at which one reading is enough to let go of a candidate; two in a row are, at any. */
  plainlyOver: 1,
  readingsOver: 2,
} as const;

/** What was read of one arm, for people: means over its settled readings. */
export interface ArmSeen {
  /** Logarithm of batch work. */
  readonly progress: number;
  /** Octaves over the target; NaN where no latency workload told. */
  readonly over: number;
}

export type TrialState = Verdict["state"] | "broke the target";

/**
 * One candidate against the incumbent, on a live host: blocks A B B A, each quarter some seconds of readings of a
 * setting that has settled, ended as soon as it is clear, or at once when the candidate breaks a target that the
 * incumbent keeps. Knows neither knobs nor clock: it is told what was read, and for which arm.
 */
export class Trial {
  private readonly random: Random;
  private readonly comparison: PairedComparison;
  /** Octaves over the target that the candidate may reach: none, or where that is missed anyway, as much as now. */
  private readonly bearable: number;
  private order: readonly Arm[];
  private values: number[] = [];
  private scores: number[] = [];
  private measuredMs = 0;
  private overInARow = 0;
  private broke = false;
  private readonly seen: Record<Arm, Sums> = { incumbent: noSums(), candidate: noSums() };

  constructor(random: Random, options: Omit<ComparisonOptions, "direction">, overNow = 0) {
    this.random = random;
    this.comparison = new PairedComparison({ smallestEffect: TRIAL.smallestEffect, ...options, direction: "higher" });
    this.bearable = overNow > 0 ? overNow + TRIAL.bearable : 0;
    this.order = blockOrder(random);
  }

  /** Whose settings are to be in force now. */
  get arm(): Arm {
    return this.order[this.values.length] ?? "incumbent";
  }

  get state(): TrialState {
    return this.broke ? "broke the target" : this.comparison.verdict().state;
  }

  get verdict(): Verdict {
    return this.comparison.verdict();
  }

  seenOf(arm: Arm): ArmSeen {
    const { progress, turns, over, overs } = this.seen[arm];
    return { progress: progress / turns, over: over / overs };
  }

  /** A reading of the arm that is in force: `settled` says whether it has been for long enough to count. */
  take(moment: Moment, arm: Arm, { settled, turnMs }: { readonly settled: boolean; readonly turnMs: number }): void {
    if (this.state !== "undecided") return;
    if (arm === "candidate") this.guard(moment);
    if (!settled || arm !== this.arm || this.broke) return;
    this.scores.push(moment.score);
    add(this.seen[arm], moment);
    this.measuredMs += turnMs;
    if (this.measuredMs < TRIAL.quarterMs) return;
    this.values.push(Math.exp(meanOf(this.scores)));
    this.scores = [];
    this.measuredMs = 0;
    if (this.values.length < this.order.length) return;
    this.comparison.add(pairOf(this.order, this.values));
    this.values = [];
    this.order = blockOrder(this.random);
  }

  private guard({ over }: Moment): void {
    if (over === undefined) return;
    this.overInARow = over > this.bearable ? this.overInARow + 1 : 0;
    if (over > this.bearable + TRIAL.plainlyOver || this.overInARow >= TRIAL.readingsOver) this.broke = true;
  }
}

interface Sums {
  progress: number;
  turns: number;
  over: number;
  overs: number;
}

function noSums(): Sums {
  return { progress: 0, turns: 0, over: 0, overs: 0 };
}

function add(sums: Sums, { progress, over }: Moment): void {
  sums.progress += progress;
  sums.turns++;
  if (over === undefined) return;
  sums.over += over;
  sums.overs++;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
