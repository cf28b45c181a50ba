export interface HoldLimits {
  readonly minMs: number;
  readonly maxMs: number;
  /** A return within this after a step back shows that the step was wrong. */
  readonly returnMs: number;
}

/**
 * How long to keep what helps before trying without: hysteresis in time. Every step back is a probe that costs the one who
 * is helped; one that fails doubles the wait before the next, as a sender does after a collision (binary exponential
 * back-off, Metcalfe and Boggs, CACM 19, 1976), and one that succeeds halves it. While the need persists, the k-th failed
 * probe comes no sooner than min·2^k after the one before: over an hour, at 10 s to 10 min, that is about ten.
 */
export class Hold {
  private readonly limits: HoldLimits;
  private lengthMs: number;
  /** When there was last a reason to stay. */
  private reasonMs = Number.NEGATIVE_INFINITY;
  private probeMs: number | undefined;

  constructor(limits: HoldLimits, lengthMs = limits.minMs) {
    this.limits = limits;
    this.lengthMs = Math.min(limits.maxMs, Math.max(limits.minMs, lengthMs));
  }

  /** Milliseconds without need before the next step back. */
  get length(): number {
    return this.lengthMs;
  }

  /** There is need. True where this shows that the last step back was wrong. */
  need(nowMs: number): boolean {
    const failed = this.probeMs !== undefined && nowMs - this.probeMs <= this.limits.returnMs;
    if (failed) this.lengthMs = Math.min(this.limits.maxMs, this.lengthMs * 2);
    else this.judge(nowMs);
    this.probeMs = undefined;
    this.reasonMs = nowMs;
    return failed;
  }

  /** Whether it is time to step back. */
  isOver(nowMs: number): boolean {
    this.judge(nowMs);
    return nowMs - this.reasonMs >= this.lengthMs;
  }

  /** The step back has taken effect: what comes now tells whether it was right. */
  steppedBack(nowMs: number): void {
    this.judge(nowMs);
    this.probeMs = nowMs;
    this.reasonMs = nowMs;
  }

  /** A probe that nobody complained about in time was right. */
  private judge(nowMs: number): void {
    if (this.probeMs === undefined || nowMs - this.probeMs <= this.limits.returnMs) return;
    this.probeMs = undefined;
    this.lengthMs = Math.max(this.limits.minMs, this.lengthMs / 2);
  }
}
