import type { Random } from "../core/random.ts";
import { type ComparisonOptions, PairedComparison, type Verdict } from "../swarm/comparison.ts";
import { type Arm, blockOrder, pairOf } from "../swarm/comparison-blocks.ts";
import { isTooMany, MissCounter, UsualMisses } from "./search-misses.ts";
import type { Moment } from "./search-objective.ts";

export const TRIAL = {
  /** Of readings in one quarter of a block A B B A, and so many at least: until a change has gone and another has settled takes as long again. */
  quarterMs: 1500,
  leastReadings: 3,
  /** Of a gain in batch work; less is not worth a change. */
  smallestEffect: 0.02,
  /** The same of services coming nearer to targets that they miss. */
  smallestRelief: 0.1,
  /** To be worth a rerun. A candidate is kept only after that, so errors of both would have to coincide. */
  screening: { alpha: 0.15, minPairs: 5, maxPairs: 14 },
  confirmation: { alpha: 0.05, minPairs: 6, maxPairs: 20 },
  /** Pairs after which what does not look like a gain makes room for others. */
  promisingAfter: 4,
  /** Octaves by which a candidate may be worse than the incumbent where that misses a target itself: readings scatter then. */
  bearable: 2,
  /** Octaves, by which a winner may miss targets further on the mean, each reading counting for one at most. */
  missedMore: 0.15,
} as const;

/** What was read of one arm, for people: means over its settled readings. */
export interface ArmSeen {
  /** Logarithm of batch work. */
  readonly progress: number;
  /** Octaves over the target; NaN where no latency workload told. */
  readonly over: number;
}

export type TrialState = Verdict["state"] | "broke the target";

/** What a winner won, or a loser was nearest to. */
export type Gained = "batch work" | "latency";

export interface TrialOptions extends Omit<ComparisonOptions, "direction"> {
  /** Targets are missed for long: coming nearer to them is a gain too. Octaves over, with what is in force. */
  readonly stuckOver?: number | undefined;
  /** What the settings in force miss. */
  readonly usual?: UsualMisses;
  /** May end as soon as it does not look like a gain. Not where the burden of proof is the incumbent's. */
  readonly givesUp?: boolean;
}

/**
 * One candidate against the incumbent, on a live host: blocks A B B A, each quarter some seconds of readings of a
 * setting that has settled, ended as soon as it is clear, or at once when the candidate breaks a target that the
 * incumbent keeps. What is interrupted goes on with the next block. Knows neither knobs nor clock: it is told what was read, and for which arm.
 */
export class Trial {
  private readonly random: Random;
  private readonly options: TrialOptions;
  private readonly work: PairedComparison;
  private readonly latency: PairedComparison | undefined;
  /** Octaves over the target that the candidate may reach: none, or where that is missed anyway, as much as now. */
  private readonly bearable: number;
  private readonly usual: UsualMisses;
  private readonly misses: MissCounter;
  private order: readonly Arm[];
  private quarters: Quarter[] = [];
  private moments: Moment[] = [];
  private measuredMs = 0;
  private broke = false;
  private readonly seen: Record<Arm, Sums> = { incumbent: noSums(), candidate: noSums() };

  constructor(random: Random, options: TrialOptions) {
    const { stuckOver } = options;
    this.random = random;
    this.options = options;
    this.work = comparisonOf(options, TRIAL.smallestEffect);
    if (stuckOver !== undefined) this.latency = comparisonOf(options, TRIAL.smallestRelief);
    this.bearable = stuckOver === undefined ? 0 : stuckOver + TRIAL.bearable;
    this.usual = options.usual ?? new UsualMisses();
    this.misses = new MissCounter(this.bearable);
    this.order = blockOrder(random);
  }

  /** Whose settings are to be in force now. */
  get arm(): Arm {
    return this.order[this.quarters.length] ?? "incumbent";
  }

  get state(): TrialState {
    if (this.broke) return "broke the target";
    const [work, latency] = [this.work.state, this.latency?.state];
    if (latency === "better" || latency === "worse") return latency;
    // A gain that services pay for is none.
    if (work === "better") return this.missesMore ? "same" : "better";
    if (work !== "undecided" && (this.latency === undefined || latency === "same")) return work;
    return this.isHopeless ? "same" : "undecided";
  }

  get gained(): Gained {
    return this.latency !== undefined && this.work.state !== "better" ? "latency" : "batch work";
  }

  get verdict(): Verdict {
    return (this.gained === "latency" ? this.latency : undefined)?.verdict() ?? this.work.verdict();
  }

  seenOf(arm: Arm): ArmSeen {
    const { progress, turns, over, overs } = this.seen[arm];
    return { progress: progress / turns, over: over / overs };
  }

  /** A reading of the arm that is in force: `settled` says whether it has been for long enough to count. */
  take(moment: Moment, arm: Arm, { settled, turnMs }: { readonly settled: boolean; readonly turnMs: number }): void {
    if (this.state !== "undecided") return;
    if (arm === "candidate") this.guard(moment, turnMs);
    if (!settled || arm !== this.arm || this.broke) return;
    this.moments.push(moment);
    add(this.seen[arm], moment);
    this.measuredMs += turnMs;
    if (this.measuredMs < TRIAL.quarterMs || this.moments.length < TRIAL.leastReadings) return;
    this.quarters.push(quarterOf(this.moments));
    this.moments = [];
    this.measuredMs = 0;
    if (this.quarters.length < this.order.length) return;
    this.work.add(
      pairOf(
        this.order,
        this.quarters.map(({ work }) => work),
      ),
    );
    this.latency?.add(
      pairOf(
        this.order,
        this.quarters.map(({ latency }) => latency),
      ),
    );
    this.nextBlock();
  }

  /** Somebody else's turn comes between: the block at hand is spoiled, the pairs so far are not. */
  interrupt(moment: Moment, turnMs: number): void {
    if (this.state !== "undecided") return;
    if (this.arm === "candidate") this.guard(moment, turnMs);
    this.nextBlock();
  }

  private nextBlock(): void {
    this.quarters = [];
    this.moments = [];
    this.measuredMs = 0;
    this.order = blockOrder(this.random);
  }

  private guard({ over }: Moment, turnMs: number): void {
    const { misses, usual, bearable } = this;
    const before = misses.count;
    misses.take(over, turnMs);
    if (misses.count > before) this.broke ||= isTooMany(misses.count, usual.expectedIn(misses.ms, bearable));
  }

  private get missesMore(): boolean {
    const { incumbent, candidate } = this.seen;
    return candidate.missed / candidate.turns > incumbent.missed / incumbent.turns + TRIAL.missedMore;
  }

  private get isHopeless(): boolean {
    if (this.options.givesUp !== true || this.work.pairs < TRIAL.promisingAfter) return false;
    return !this.work.promising && this.latency?.promising !== true;
  }
}

/** What was read in one quarter, as comparisons take it. */
interface Quarter {
  readonly work: number;
  readonly latency: number;
}

function quarterOf(moments: readonly Moment[]): Quarter {
  return {
    work: Math.exp(meanOf(moments.map(({ progress }) => progress))),
    latency: Math.exp(-meanOf(moments.map(({ excess }) => excess))),
  };
}

function comparisonOf(options: TrialOptions, smallestEffect: number): PairedComparison {
  return new PairedComparison({ smallestEffect, ...options, direction: "higher" });
}

interface Sums {
  progress: number;
  turns: number;
  over: number;
  overs: number;
  missed: number;
}

function noSums(): Sums {
  return { progress: 0, turns: 0, over: 0, overs: 0, missed: 0 };
}

function add(sums: Sums, { progress, over, excess }: Moment): void {
  sums.progress += progress;
  sums.turns++;
  sums.missed += Math.min(1, excess);
  if (over === undefined) return;
  sums.over += over;
  sums.overs++;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
