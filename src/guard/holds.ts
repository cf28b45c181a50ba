/**
 * What is left alone for a while, by key. Bounded: beyond `capacity` the oldest goes, and each needs a
 * person or a foreign write to come about.
 */
export class Holds {
  private readonly untilMs = new Map<string, number>();
  private readonly capacity: number;

  constructor(capacity = 4096) {
    this.capacity = capacity;
  }

  /** Times are monotonic milliseconds. */
  hold(key: string, untilMs: number, nowMs: number): void {
    for (const [other, until] of this.untilMs) if (until <= nowMs) this.untilMs.delete(other);
    this.untilMs.delete(key);
    this.untilMs.set(key, untilMs);
    const [oldest] = this.untilMs.keys();
    if (this.untilMs.size > this.capacity && oldest !== undefined) this.untilMs.delete(oldest);
  }

  /** Milliseconds that the hold still lasts; 0 where there is none. */
  leftMs(key: string, nowMs: number): number {
    return Math.max(0, (this.untilMs.get(key) ?? 0) - nowMs);
  }
}
