import { AlignedTimer } from "../core/aligned-timer.ts";
import type { Clock } from "../core/clock.ts";

export const HEARTBEAT = {
  /** How often each of two processes says that it lives. */
  everyMs: 1000,
  /** Silent for longer, the other hangs or is stopped (SIGSTOP): shorter than the shortest lease worth the name. */
  silentMs: 5000,
} as const;

/**
 * Watches for the signs of life of another process. Whoever was stopped itself hears nothing either: a turn that comes
 * late says nothing about the other and starts the wait anew. CLOCK_MONOTONIC does not run while the host sleeps.
 */
export class Heartbeat {
  private readonly clock: Clock;
  private readonly onSilence: () => void;
  private readonly timer: AlignedTimer;
  private heardMs: number;
  private turnMs: number;

  constructor(clock: Clock, onSilence: () => void) {
    this.clock = clock;
    this.onSilence = onSilence;
    this.heardMs = this.turnMs = clock.monoMs();
    this.timer = new AlignedTimer(
      HEARTBEAT.everyMs,
      () => this.turn(),
      () => clock.monoMs(),
    ).unref();
  }

  heard(): void {
    this.heardMs = this.clock.monoMs();
  }

  stop(): void {
    this.timer.stop();
  }

  /** Once a second; called by tests. */
  turn(): void {
    const nowMs = this.clock.monoMs();
    if (nowMs - this.turnMs > 2 * HEARTBEAT.everyMs) this.heardMs = nowMs;
    this.turnMs = nowMs;
    if (nowMs - this.heardMs <= HEARTBEAT.silentMs) return;
    this.heardMs = nowMs;
    this.onSilence();
  }
}
