import type { ActionKind } from "../core/action.ts";
import { failed, ok, type Result } from "../core/errors.ts";

const MINUTE_MS = 60_000;

/** Changes of each kind in the minute that ends now (a sliding window, so that no border lets two bursts through). */
export class Rates {
  private readonly times = new Map<ActionKind, number[]>();

  check(kind: ActionKind, perMinute: number, nowMs: number): Result<void> {
    const recent = this.recent(kind, nowMs);
    return recent.length < perMinute
      ? ok(undefined)
      : failed("SW-GUARD-RATE", `${recent.length} changes of ${kind} in a minute, ${perMinute} allowed`);
  }

  count(kind: ActionKind, nowMs: number): void {
    this.times.set(kind, [...this.recent(kind, nowMs), nowMs]);
  }

  private recent(kind: ActionKind, nowMs: number): number[] {
    return (this.times.get(kind) ?? []).filter((time) => nowMs - time < MINUTE_MS);
  }
}
