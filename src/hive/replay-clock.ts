import type { Clock } from "../core/clock.ts";

/** The clocks of the recorded host, moved from entry to entry. */
export class ReplayClock implements Clock {
  private wall = 0;
  private mono = 0;
  private shift = { monoMs: 0, wallMs: 0 };

  to(time: { readonly monoMs: number; readonly wallMs: number }): void {
    this.mono = time.monoMs + this.shift.monoMs;
    this.wall = time.wallMs + this.shift.wallMs;
  }

  /** From now on the recorded times are moved by so much. */
  move(shift: { readonly monoMs: number; readonly wallMs: number }): void {
    this.shift = shift;
  }

  wallMs(): number {
    return this.wall;
  }

  monoMs(): number {
    return this.mono;
  }
}
