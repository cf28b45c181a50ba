import type { ActionKind } from "../core/action.ts";
import type { Random } from "../core/random.ts";
import { Hold, type HoldLimits } from "../swarm/hysteresis.ts";
import { adaptThreshold, responseProbability, type ThresholdLearning } from "../swarm/response-threshold.ts";
import type { Readings, Rung } from "./ladder.ts";
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
  /** Concentration of the resource's demand, 0 where it is no concern of this workload. */
  readonly demand: number;
  /** Demand was deposited in this turn: it is not what is left of an earlier one. */
  readonly isFresh: boolean;
  /** Of the workload, now. */
  readonly readings: Readings;
  /** Of the host. */
  readonly cpus: number;
}

/** A setting that is wanted. */
export interface Wanted {
  readonly step: Rung;
  readonly value: number;
  readonly setting: LeasedSetting;
}

/** One batch workload and one resource: how far down the ladder it stands, and how ready it is to go further. */
export class Responder {
  private readonly rungs: readonly Rung[];
  private readonly settings: ReadonlyMap<ActionKind, LeasedSetting>;
  private readonly values: (number | undefined)[];
  private threshold: number;
  private readonly hold: Hold;
  /** What it used before it gave way. */
  private ground: Readings = new Map();
  private wanted = 0;
  /** Since when it has stood on its rung. */
  private sinceMs = 0;
  /** The rung that is being left: its lease is running out. */
  private leaving: number | undefined;
  private lastMs: number | undefined;
  private ceiling = { rung: Infinity, untilMs: 0 };

  constructor(rungs: readonly Rung[], leaseMs: number, learned?: Learned) {
    this.rungs = rungs;
    this.values = rungs.map(() => undefined);
    this.settings = new Map(rungs.map(({ kind }) => [kind, new LeasedSetting(leaseMs)]));
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

  /** All settings, wanted or not. */
  get all(): Iterable<LeasedSetting> {
    return this.settings.values();
  }

  setting(kind: ActionKind): LeasedSetting | undefined {
    return this.settings.get(kind);
  }

  /** In the order in which they are to be written. Of several rungs of one kind the last speaks. */
  wants(): Wanted[] {
    return this.rungs.slice(0, this.wanted).flatMap((step, index): Wanted[] => {
      const value = this.values[index];
      const setting = this.settings.get(step.kind);
      const isLast = !this.rungs.slice(index + 1, this.wanted).some(({ kind }) => kind === step.kind);
      return value === undefined || setting === undefined || !isLast ? [] : [{ step, value, setting }];
    });
  }

  /** Nobody is there to be helped. */
  rest(nowMs: number): void {
    this.adapt(nowMs);
    this.wanted = 0;
    this.leaving = undefined;
  }

  /** Gives up what lies above a rung for another reason than that it is not needed, and leaves it alone for a while. */
  stayBelow(rung: number, untilMs: number): void {
    this.ceiling = { rung, untilMs };
    this.wanted = Math.min(this.wanted, rung);
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
      this.stand(this.wanted - 1, nowMs);
    }
  }

  private respond(stimulus: Stimulus, random: Random): void {
    const { nowMs, demand } = stimulus;
    const failed = this.hold.need(nowMs);
    if (this.leaving !== undefined) {
      // Its lease still runs, so it was not missed: stay.
      this.stand(this.leaving, nowMs);
      this.leaving = undefined;
    } else if (failed) {
      // What was just given up is what was missed: no chance is involved in taking it back.
      this.threshold = adaptThreshold(this.threshold / 2, true, 0, LEARNING);
      this.climb(1, stimulus, true);
    } else if (random() < responseProbability(demand, this.threshold)) {
      this.climb(demand >= RESPONSE.urgent ? 2 : 1, stimulus);
    }
  }

  /** `again`: it stood there before, so that there is nothing to find out first. */
  private climb(rungs: number, stimulus: Stimulus, again = false): void {
    const { nowMs, readings, cpus } = stimulus;
    const highest = nowMs < this.ceiling.untilMs ? this.ceiling.rung : Infinity;
    for (let taken = 0; taken < rungs && this.wanted < Math.min(highest, this.rungs.length); taken++) {
      const next = this.rungs[this.wanted];
      if (next === undefined || !(again || this.mayTake(next, stimulus))) return;
      // Measured under a lower rung, what is to be left would shrink with every climb.
      if (this.wanted === 0) this.measure(readings);
      this.values[this.wanted] ??= next.value(this.ground, cpus);
      this.stand(this.wanted + 1, nowMs);
    }
  }

  private measure(readings: Readings): void {
    this.ground = readings;
    this.values.fill(undefined);
  }

  private mayTake({ patienceMs, last }: Rung, { nowMs, isFresh, demand }: Stimulus): boolean {
    if (patienceMs === 0) return true;
    if (last === true && demand < RESPONSE.urgent) return false;
    const below = this.rungs.slice(0, this.wanted).map(({ kind }) => this.settings.get(kind));
    const inForce = below.some((setting) => setting?.isInForce(nowMs));
    if (inForce) return isFresh && nowMs - this.sinceMs >= patienceMs;
    if (below.some((setting) => setting?.isWaiting)) return false;
    return last !== true || below.every((setting) => setting?.isRefused === true);
  }

  private stand(rung: number, nowMs: number): void {
    this.wanted = rung;
    this.sinceMs = nowMs;
  }

  /** Whether a setting that only rungs above this one have is still held. */
  private isHeldAbove(rung: number, nowMs: number): boolean {
    const wanted = new Set(this.rungs.slice(0, rung).map(({ kind }) => kind));
    return [...this.settings].some(([kind, setting]) => !wanted.has(kind) && setting.isHeld(nowMs));
  }

  private adapt(nowMs: number): void {
    const elapsedMs = this.lastMs === undefined ? 0 : nowMs - this.lastMs;
    this.threshold = adaptThreshold(this.threshold, this.wanted > 0, elapsedMs, LEARNING);
    this.lastMs = nowMs;
  }
}
