import type { Clock } from "../core/clock.ts";

const DAY_MS = 86_400_000;

/** The clocks of the recorded host, moved from entry to entry. */
export class ReplayClock implements Clock {
  private wall = 0;
  private mono = 0;
  private nights: readonly number[] = [];

  to(time: { readonly monoMs: number; readonly wallMs: number }): void {
    const passed = this.nights.filter((atMs) => atMs <= time.wallMs).length;
    this.mono = time.monoMs + passed * DAY_MS;
    this.wall = time.wallMs - (this.nights.length - passed) * DAY_MS;
  }

  /** Puts a day between what was recorded before and after each of these moments (recorded wall clock); what comes after the last is now. */
  spread(nights: readonly number[]): void {
    this.nights = nights;
  }

  wallMs(): number {
    return this.wall;
  }

  monoMs(): number {
    return this.mono;
  }
}
