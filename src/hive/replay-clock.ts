import type { Clock } from "../core/clock.ts";

/** The clocks of the recorded host, moved from entry to entry. */
export class ReplayClock implements Clock {
  private wall = 0;
  private mono = 0;

  to(time: { readonly monoMs: number; readonly wallMs: number }): void {
    this.mono = time.monoMs;
    this.wall = time.wallMs;
  }

  wallMs(): number {
    return this.wall;
  }

  monoMs(): number {
    return this.mono;
  }
}
