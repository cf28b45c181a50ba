import { AlignedTimer } from "../core/aligned-timer.ts";

/** A stall is looked at at once, but two turns lie at least this far apart: fewer samples make no quantile. */
const LEAST_GAP_MS = 100;

/** Calls `turn` by the clock, and soon after something stalls. */
export class SamplerPace {
  private readonly turn: () => void;
  private readonly monoMs: () => number;
  private timer: AlignedTimer | undefined;
  private hurried: NodeJS.Timeout | undefined;
  private everyMs = 0;
  private lastMs = -Infinity;

  constructor(turn: () => void, monoMs: () => number) {
    this.turn = turn;
    this.monoMs = monoMs;
  }

  /** From now on every so many milliseconds. */
  start(everyMs: number): void {
    this.stop();
    this.everyMs = everyMs;
    this.timer = new AlignedTimer(everyMs, () => this.run(), this.monoMs);
  }

  /** The same where it goes already, and nothing where that is its pace. */
  every(everyMs: number): void {
    if (this.timer !== undefined && everyMs !== this.everyMs) this.start(everyMs);
  }

  /** No rarer than this from now on. */
  within(everyMs: number): void {
    if (this.everyMs > everyMs) this.every(everyMs);
  }

  /** Something stalls: the next turn is now, or as soon as one may be. */
  hurry(): void {
    if (this.timer === undefined || this.hurried !== undefined) return;
    const waitMs = Math.max(0, this.lastMs + LEAST_GAP_MS - this.monoMs());
    this.hurried = setTimeout(() => this.run(), waitMs);
  }

  stop(): void {
    this.timer?.stop();
    clearTimeout(this.hurried);
    this.timer = undefined;
    this.hurried = undefined;
  }

  private run(): void {
    clearTimeout(this.hurried);
    this.hurried = undefined;
    this.lastMs = this.monoMs();
    this.turn();
  }
}
