export interface HoldLimits {
  readonly minMs: number;
  readonly maxMs: number;
  /** Need within this after a step back was hidden by what was given up. */
  readonly returnMs: number;
}

/** A rest of so many holds shows that a shorter one would have done. */
const LONG_REST = 8;

/**
 * How long to keep what helps before trying without: hysteresis in time. Every step back is a probe that costs the one who
 * is helped. Where need returns sooner than the hold was long, holding on would have been the better choice, as in the
 * problem of renting or buying skis (Karlin et al., "Competitive snoopy caching", Algorithmica 3, 1988): the hold
 * doubles, as a sender's pause does after a collision (Metcalfe and Boggs, CACM 19, 1976). After a long rest it halves.
 * So while need persists, the k-th failed probe comes no sooner than min·2^k after the one before; at 10 s to 10 min,
 * that is about ten in the first hour and six in each that follows.
 */
export class Hold {
  private readonly limits: HoldLimits;
  private lengthMs: number;
  /** When there was last a reason to stay. */
  private reasonMs = Number.NEGATIVE_INFINITY;
  /** The last step back, until need judges it. */
  private probeMs: number | undefined;

  constructor(limits: HoldLimits, lengthMs = limits.minMs) {
    this.limits = limits;
    this.lengthMs = this.within(lengthMs);
  }

  /** Milliseconds without need before the next step back. */
  get length(): number {
    return this.lengthMs;
  }

  /** There is need. True where the last step back had only hidden from view that there was. */
  need(nowMs: number): boolean {
    const restMs = this.probeMs === undefined ? undefined : nowMs - this.probeMs;
    this.probeMs = undefined;
    this.reasonMs = nowMs;
    if (restMs === undefined) return false;
    if (restMs <= Math.max(this.lengthMs, this.limits.returnMs)) this.lengthMs = this.within(this.lengthMs * 2);
    else if (restMs >= this.lengthMs * LONG_REST) this.lengthMs = this.within(this.lengthMs / 2);
    return restMs <= this.limits.returnMs;
  }

  /** Whether it is time to step back. */
  isOver(nowMs: number): boolean {
    return nowMs - this.reasonMs >= this.lengthMs;
  }

  /** The step back has taken effect: what comes now tells whether it was right. */
  steppedBack(nowMs: number): void {
    this.probeMs = nowMs;
    this.reasonMs = nowMs;
  }

  private within(lengthMs: number): number {
    return Math.min(this.limits.maxMs, Math.max(this.limits.minMs, lengthMs));
  }
}
