import { untilAligned } from "../core/aligned-timer.ts";
import { systemClock } from "../core/clock.ts";

export const GUARD_TURNS = {
  /** While something is in force, or somebody has just asked: a lease ends at most this much late, and is told of at most this much late. */
  heldMs: 200,
  /** While nothing is. To wake a CPU that has gone to sleep costs half a millisecond of cold caches, whatever is done then. */
  restMs: 1000,
} as const;

/** When the guard's leases and news are looked at. */
export class GuardTurns {
  private readonly turn: () => void;
  private readonly isHeld: () => boolean;
  private readonly monoMs: () => number;
  private timer: NodeJS.Timeout;
  private isResting = false;
  private stopped = false;

  constructor(turn: () => void, isHeld: () => boolean, monoMs: () => number = () => systemClock.monoMs()) {
    this.turn = turn;
    this.isHeld = isHeld;
    this.monoMs = monoMs;
    this.timer = setTimeout(() => this.run(), GUARD_TURNS.heldMs);
  }

  /** Something was asked for or taken back: the next turn is as near as while something is in force. */
  soon(): void {
    if (this.isResting && !this.stopped) this.next(GUARD_TURNS.heldMs);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private run(): void {
    // Before the turn, which may ask for another.
    this.isResting = false;
    this.next(GUARD_TURNS.heldMs);
    this.turn();
    if (this.stopped || this.isHeld()) return;
    this.next(untilAligned(GUARD_TURNS.restMs, this.monoMs()));
    this.isResting = true;
  }

  private next(ms: number): void {
    clearTimeout(this.timer);
    this.isResting = false;
    this.timer = setTimeout(() => this.run(), ms);
  }
}
