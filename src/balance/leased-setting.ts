import type { Decision, RevertCause } from "../core/action.ts";
import type { ErrorCode } from "../core/errors.ts";

const MINUTE_MS = 60_000;

/** How long a knob is left alone after a refusal; doubled at each further one in a row. */
const REST_AFTER_REFUSAL: Partial<Record<ErrorCode, number>> = {
  "SW-GUARD-RATE": 5000,
  "SW-GUARD-GONE": 10_000,
  // Somebody else's knob, or a person's wish; the guard respects both for as long.
  "SW-GUARD-YIELD": 10 * MINUTE_MS,
  "SW-GUARD-PERSON": 10 * MINUTE_MS,
};

/** The same after a change was taken back. */
const REST_AFTER_REVERT: Record<RevertCause, number> = {
  // Renewed too late, or let go: the next reading decides.
  expired: 0,
  undo: 10 * MINUTE_MS,
  yield: 10 * MINUTE_MS,
  restore: 10 * MINUTE_MS,
  policy: MINUTE_MS,
  limit: MINUTE_MS,
  "hive-lost": 10_000,
  "sentinel-lost": 10_000,
  "warden-lost": 10_000,
  shutdown: 10_000,
  recovery: 10_000,
};

export const LEASING = {
  /** A lease is renewed when half of it is over, so that two thirds are never gone, even if one answer is lost. */
  renewAtShare: 0.5,
  /** A proposal without an answer is made again after this. */
  answerMs: 2000,
  restMs: 30_000,
  longestRestMs: 10 * MINUTE_MS,
} as const;

/** One setting of one workload as its agent sees it: asked for, held under a lease, let go, or left alone for a while. */
export class LeasedSetting {
  /** The change in force, "" where none. */
  action = "";
  private readonly leaseMs: number;
  private askedMs: number | undefined;
  private askedValue: number | undefined;
  private heldValue: number | undefined;
  private outcome: Decision["outcome"] | undefined;
  private renewMs = 0;
  private heldUntilMs = 0;
  private restUntilMs = 0;
  private refusals = 0;

  constructor(leaseMs: number) {
    this.leaseMs = leaseMs;
  }

  isHeld(nowMs: number): boolean {
    return nowMs < this.heldUntilMs;
  }

  /** Held, and really so: not only observed, or waiting for a person. */
  isInForce(nowMs: number): boolean {
    return this.isHeld(nowMs) && (this.outcome === "applied" || this.outcome === "renewed");
  }

  /** The last answer was no. */
  get isRefused(): boolean {
    return this.outcome === "refused";
  }

  /** Whether one who wants this value has to ask now, for the first time or again. */
  isDue(nowMs: number, value: number): boolean {
    if (nowMs < this.restUntilMs) return false;
    if (this.askedMs !== undefined && nowMs - this.askedMs < LEASING.answerMs) return false;
    return !this.isHeld(nowMs) || nowMs >= this.renewMs || value !== this.heldValue;
  }

  /** Asked for and not answered yet. */
  get isWaiting(): boolean {
    return this.askedMs !== undefined;
  }

  asked(nowMs: number, value: number): void {
    this.askedMs = nowMs;
    this.askedValue = value;
  }

  /** What is only observed or advised counts as held, so that it is asked for no more often than the real thing. */
  decided(decision: Decision, nowMs: number, wallMs: number): void {
    this.askedMs = undefined;
    this.outcome = decision.outcome;
    if (decision.outcome === "refused") {
      const restMs = REST_AFTER_REFUSAL[decision.code as ErrorCode] ?? LEASING.restMs;
      this.rest(Math.min(LEASING.longestRestMs, restMs * 2 ** this.refusals++), nowMs);
      return;
    }
    const grantedMs = decision.untilMs - wallMs;
    // A wall clock that was set in between may say anything; the configuration may have shortened the lease.
    const leaseMs = grantedMs > 0 && grantedMs < this.leaseMs ? grantedMs : this.leaseMs;
    this.action = decision.action;
    this.heldValue = this.askedValue;
    this.refusals = 0;
    this.heldUntilMs = nowMs + leaseMs;
    this.renewMs = nowMs + leaseMs * LEASING.renewAtShare;
  }

  reverted(cause: RevertCause, nowMs: number): void {
    this.action = "";
    this.rest(REST_AFTER_REVERT[cause], nowMs);
  }

  private rest(forMs: number, nowMs: number): void {
    this.heldUntilMs = 0;
    this.restUntilMs = nowMs + forMs;
  }
}
