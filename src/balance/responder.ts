import type { Random } from "../core/random.ts";
import { Hold, type HoldLimits } from "../swarm/hysteresis.ts";
import { adaptThreshold, responseProbability, type ThresholdLearning } from "../swarm/response-threshold.ts";
import { LADDER } from "./ladder.ts";
import { LeasedSetting } from "./leased-setting.ts";

export const RESPONSE = {
  /** Less demand than this is noise: one reading 1.4 times over the target, or a few just over it. */
  least: 0.5,
  /** At this, four times over the target or twice for a while, two rungs are climbed at once. */
  urgent: 2,
  /** θ of one who has learned nothing: takes part in every other reading at a demand of 1. */
  threshold: 1,
} as const;

/** A specialist is ready within 15 s of giving way, and ordinary again after half an hour without. */
export const LEARNING: ThresholdLearning = { min: 0.25, max: 2, learnPerSecond: 0.05, forgetPerSecond: 0.001 };

/**
 * Ten seconds to ten minutes between probes. Need that shows within five seconds after a step back was hidden by the rung:
 * a wait is measured four times a second, and demand takes no longer to build up.
 */
export const HOLD: HoldLimits = { minMs: 10_000, maxMs: 600_000, returnMs: 5000 };

/** What one individual has learned; plain JSON. */
export interface Learned {
  readonly threshold: number;
  readonly holdMs: number;
}

/** What it senses in one turn. */
export interface Stimulus {
  readonly nowMs: number;
  /** Concentration of demand.cpu, 0 where it is no concern of this workload. */
  readonly demand: number;
}

/** One batch workload: how far down the ladder it stands, and how ready it is to go further. */
export class Responder {
  readonly settings: readonly LeasedSetting[];
  private threshold: number;
  private readonly hold: Hold;
  private wanted = 0;
  /** The rung that is being left: its lease is running out. */
  private leaving: number | undefined;
  private lastMs: number | undefined;

  constructor(leaseMs: number, learned?: Learned) {
    this.settings = LADDER.map(() => new LeasedSetting(leaseMs));
    this.threshold = adaptThreshold(learned?.threshold ?? RESPONSE.threshold, true, 0, LEARNING);
    this.hold = new Hold(HOLD, learned?.holdMs);
  }

  /** Settings that are wanted now, counted from the first. */
  get rung(): number {
    return this.wanted;
  }

  get learned(): Learned {
    return { threshold: this.threshold, holdMs: this.hold.length };
  }

  /** Nobody is there to be helped. */
  rest(nowMs: number): void {
    this.adapt(nowMs);
    this.wanted = 0;
    this.leaving = undefined;
  }

  sense(stimulus: Stimulus, random: Random): void {
    const { nowMs, demand } = stimulus;
    this.adapt(nowMs);
    if (this.leaving !== undefined && !this.isHeldAbove(this.wanted, nowMs)) {
      this.leaving = undefined;
      this.hold.steppedBack(nowMs);
    }
    if (demand >= RESPONSE.least) this.respond(stimulus, random);
    else if (this.wanted > 0 && this.leaving === undefined && this.hold.isOver(nowMs)) {
      this.leaving = this.wanted;
      this.wanted--;
    }
  }

  private respond({ nowMs, demand }: Stimulus, random: Random): void {
    const failed = this.hold.need(nowMs);
    if (this.leaving !== undefined) {
      // Its lease still runs, so it was not missed: stay.
      this.wanted = this.leaving;
      this.leaving = undefined;
    } else if (failed) {
      // What was just given up is what was missed: no chance is involved in taking it back.
      this.threshold = adaptThreshold(this.threshold / 2, true, 0, LEARNING);
      this.climb(1);
    } else if (random() < responseProbability(demand, this.threshold)) {
      this.climb(demand >= RESPONSE.urgent ? 2 : 1);
    }
  }

  private climb(rungs: number): void {
    this.wanted = Math.min(LADDER.length, this.wanted + rungs);
  }

  private isHeldAbove(rung: number, nowMs: number): boolean {
    return this.settings.some((setting, index) => index >= rung && setting.isHeld(nowMs));
  }

  private adapt(nowMs: number): void {
    const elapsedMs = this.lastMs === undefined ? 0 : nowMs - this.lastMs;
    this.threshold = adaptThreshold(this.threshold, this.wanted > 0, elapsedMs, LEARNING);
    this.lastMs = nowMs;
  }
}
