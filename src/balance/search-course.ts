import type { Random } from "../core/random.ts";
import type { Verdict } from "../swarm/comparison.ts";
import type { Arm } from "../swarm/comparison-blocks.ts";
import { type KnobDimension, type Setting, settingsAt } from "./knob-space.ts";
import type { UsualMisses } from "./search-misses.ts";
import type { Moment } from "./search-objective.ts";
import type { Attempt, Origin, SearchPlan } from "./search-plan.ts";
import { type ArmSeen, type Gained, Trial, TRIAL, type TrialState } from "./search-trial.ts";

/** One comparison that is over. */
export interface Compared {
  readonly settings: readonly Setting[];
  readonly against: readonly Setting[];
  readonly origin: Origin;
  readonly state: TrialState;
  readonly verdict: Verdict;
  /** What the verdict is about. */
  readonly gained: Gained;
  readonly incumbent: ArmSeen;
  readonly candidate: ArmSeen;
}

/** What has just been decided. won: to be kept. dropped: the incumbent, or one knob of it, is not worth it. over: nothing is left to try. */
export type Step =
  | { readonly what: "won"; readonly screening: Compared; readonly confirmation: Compared | undefined }
  | { readonly what: "lost"; readonly compared: Compared }
  | { readonly what: "dropped"; readonly compared: Compared }
  | { readonly what: "over" };

export interface Trying {
  readonly settings: readonly Setting[];
  readonly origin: Origin;
  readonly verdict: Verdict;
  /** It has won once, and this is the rerun. */
  readonly confirms: boolean;
}

/** How a turn was read. */
export interface Turn {
  readonly settled: boolean;
  readonly turnMs: number;
  /** Octaves over the target with the incumbent, where it is missed for long. */
  readonly stuckOver?: number | undefined;
}

/** One search, from the first candidate to the last: one comparison at a time, the winner of each confirmed by a rerun. */
export class SearchCourse {
  readonly dimensions: readonly KnobDimension[];
  readonly plan: SearchPlan;
  private readonly random: Random;
  private readonly usual: UsualMisses;
  private incumbent: readonly Setting[];
  private current: { readonly attempt: Attempt; readonly settings: readonly Setting[]; trial: Trial } | undefined;
  /** The first comparison, while the second runs. */
  private screening: Compared | undefined;
  private readonly losers: Compared[] = [];
  private readonly ended: Compared[] = [];

  constructor(
    dimensions: readonly KnobDimension[],
    plan: SearchPlan,
    options: { readonly random: Random; readonly incumbent: readonly Setting[]; readonly usual: UsualMisses },
  ) {
    this.dimensions = dimensions;
    this.plan = plan;
    this.random = options.random;
    this.incumbent = options.incumbent;
    this.usual = options.usual;
  }

  get kept(): readonly Setting[] {
    return this.incumbent;
  }

  get arm(): Arm {
    return this.current?.trial.arm ?? "incumbent";
  }

  /** What is to be in force now. */
  get wanted(): readonly Setting[] {
    return this.arm === "candidate" ? (this.current?.settings ?? []) : this.incumbent;
  }

  /** What is being compared now. */
  get trying(): Trying | undefined {
    if (this.current === undefined) return undefined;
    const { settings, trial, attempt } = this.current;
    const { origin } = attempt;
    return { settings, origin, verdict: trial.verdict, confirms: this.screening !== undefined };
  }

  get lost(): readonly Compared[] {
    return this.losers;
  }

  /** Every comparison that is over, won or lost. */
  get compared(): readonly Compared[] {
    return this.ended;
  }

  take(moment: Moment, turn: Turn): Step | undefined {
    if (this.current === undefined) return this.begin(turn);
    const { trial } = this.current;
    trial.take(moment, trial.arm, turn);
    return this.conclude(turn);
  }

  /** Somebody else's turn comes between. */
  interrupt(moment: Moment, turn: Turn): Step | undefined {
    this.current?.trial.interrupt(moment, turn.turnMs);
    return this.conclude(turn);
  }

  private conclude(turn: Turn): Step | undefined {
    if (this.current === undefined || this.current.trial.state === "undecided") return undefined;
    const { trial, settings, attempt } = this.current;
    const compared: Compared = {
      settings,
      against: this.incumbent,
      origin: attempt.origin,
      state: trial.state,
      verdict: trial.verdict,
      gained: trial.gained,
      incumbent: trial.seenOf("incumbent"),
      candidate: trial.seenOf("candidate"),
    };
    this.ended.push(compared);
    return isLess(attempt) ? this.judgeLess(attempt, compared) : this.judge(attempt, compared, turn);
  }

  private begin(turn: Turn): Step | undefined {
    const attempt = this.plan.next();
    if (attempt === undefined) return { what: "over" };
    const settings = settingsAt(this.dimensions, attempt.point);
    this.current = { attempt, settings, trial: this.trialOf(attempt, TRIAL.screening, turn) };
    return undefined;
  }

  private trialOf(attempt: Attempt, rigour: typeof TRIAL.screening | typeof TRIAL.confirmation, turn: Turn): Trial {
    const { usual } = this;
    return new Trial(this.random, { ...rigour, usual, stuckOver: turn.stuckOver, givesUp: !isLess(attempt) });
  }

  private judge(attempt: Attempt, compared: Compared, turn: Turn): Step | undefined {
    const isBetter = compared.state === "better";
    // What is remembered was confirmed when it was found.
    const isConfirmed = this.screening !== undefined || attempt.origin === "remembered";
    if (isBetter && !isConfirmed && this.current !== undefined) {
      this.screening = compared;
      this.current.trial = this.trialOf(attempt, TRIAL.confirmation, turn);
      return undefined;
    }
    const { screening } = this;
    this.screening = undefined;
    this.current = undefined;
    const gain = compared.verdict.effect;
    if (!isBetter) {
      this.losers.push(compared);
      this.plan.took(attempt, compared.state === "broke the target" ? { broke: true } : { gain, won: false });
      return { what: "lost", compared };
    }
    this.incumbent = compared.settings;
    this.plan.took(attempt, { gain, won: true });
    return screening === undefined
      ? { what: "won", screening: compared, confirmation: undefined }
      : { what: "won", screening, confirmation: compared };
  }

  /** Only what is better than doing less is kept: here the burden of proof is the incumbent's. */
  private judgeLess(attempt: Attempt, compared: Compared): Step {
    this.current = undefined;
    const isWorse = compared.state === "worse" || compared.state === "broke the target";
    this.plan.took(attempt, { gain: compared.verdict.effect, won: !isWorse });
    if (isWorse) {
      this.losers.push(compared);
      return { what: "lost", compared };
    }
    this.incumbent = compared.settings;
    return { what: "dropped", compared };
  }
}

/** Whether it asks for less than what is in force. */
function isLess({ origin }: Attempt): boolean {
  return origin === "nothing" || origin === "simpler";
}
