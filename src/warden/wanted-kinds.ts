import type { Clock } from "../core/clock.ts";
import type { EventKind } from "../core/event-kinds.ts";

/** Attaching and detaching takes milliseconds and every CPU's attention: not more often than this, whoever asks. */
const PAUSE_MS = 1000;

/** What the hive wants to hear, passed on at most once a second: the latest word counts. */
export class WantedKinds {
  private readonly clock: Clock;
  private readonly apply: (kinds: readonly EventKind[]) => void;
  private applied: string;
  private appliedMs = -Infinity;
  private later: NodeJS.Timeout | undefined;

  constructor(clock: Clock, first: readonly EventKind[], apply: (kinds: readonly EventKind[]) => void) {
    this.clock = clock;
    this.applied = named(first);
    this.apply = apply;
  }

  want(kinds: readonly EventKind[]): void {
    clearTimeout(this.later);
    this.later = undefined;
    if (named(kinds) === this.applied) return;
    const nowMs = this.clock.monoMs();
    const waitMs = this.appliedMs + PAUSE_MS - nowMs;
    if (waitMs > 0) {
      this.later = setTimeout(() => this.want(kinds), waitMs);
      return;
    }
    this.applied = named(kinds);
    this.appliedMs = nowMs;
    this.apply(kinds);
  }

  stop(): void {
    clearTimeout(this.later);
  }
}

function named(kinds: readonly EventKind[]): string {
  return [...new Set(kinds)].sort().join();
}
