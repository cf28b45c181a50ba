/*
 * How often targets are missed by nobody's doing. On a live host the tail of a service that is well lies over its target now and then:
 * another guest takes the CPU, a cache is cold. A candidate that is blamed for what would have come anyway is never kept, however good it is;
 * so its misses are held against how often what is in force misses, by Poisson's law.
 */
export const MISSES = {
  /** Octaves over what can be borne at which one reading is a miss; at any less, two in a row are one. */
  plainlyOver: 1,
  readings: 2,
  /** Readings of the settings in force that are remembered: some minutes, so that a host that turns noisy is known to be. */
  remembered: 240,
  /** Of these, the latest that the mean goes back to. */
  mean: 40,
  /** What is assumed beside them: half a miss in so long. A host that was hardly watched is taken for one that is well. */
  prior: { misses: 0.5, ms: 20_000 },
  /** Greatest chance that so many misses are chance, at which they are the candidate's. */
  alpha: 0.02,
} as const;

/** Tells misses in a row of readings. */
export class MissCounter {
  private readonly bearable: number;
  private inARow = 0;
  count = 0;
  ms = 0;

  /** `bearable`: octaves over the target that are none. */
  constructor(bearable: number) {
    this.bearable = bearable;
  }

  /** `over`: octaves, undefined where none tell. */
  take(over: number | undefined, turnMs: number): void {
    this.ms += turnMs;
    if (over === undefined) return;
    this.inARow = over > this.bearable ? this.inARow + 1 : 0;
    if (over <= this.bearable + MISSES.plainlyOver && this.inARow < MISSES.readings) return;
    this.count++;
    this.inARow = 0;
  }
}

/** What the settings in force miss, lately. */
export class UsualMisses {
  private readings: { readonly over: number | undefined; readonly turnMs: number }[] = [];

  take(over: number | undefined, turnMs: number): void {
    this.readings.push({ over, turnMs });
    if (this.readings.length > MISSES.remembered) this.readings.shift();
  }

  restart(): void {
    this.readings = [];
  }

  /** Octaves over the target, on the mean of late. */
  get over(): number {
    const late = this.readings.slice(-MISSES.mean);
    return late.reduce((sum, { over = 0 }) => sum + Math.max(0, over), 0) / Math.max(1, late.length);
  }

  /** Misses to be expected in so long, counted by the same measure. */
  expectedIn(ms: number, bearable: number): number {
    const counter = new MissCounter(bearable);
    for (const { over, turnMs } of this.readings) counter.take(over, turnMs);
    const { prior } = MISSES;
    return ((counter.count + prior.misses) / (counter.ms + prior.ms)) * ms;
  }
}

/** Whether so many misses are more than chance brings. */
export function isTooMany(count: number, expected: number): boolean {
  return count > 0 && atLeast(count, expected) <= MISSES.alpha;
}

/** P(N >= count) for N of Poisson's law with that mean. */
function atLeast(count: number, mean: number): number {
  let term = Math.exp(-mean);
  let below = 0;
  for (let at = 0; at < count; at++) {
    below += term;
    term *= mean / (at + 1);
  }
  return Math.max(0, 1 - below);
}
