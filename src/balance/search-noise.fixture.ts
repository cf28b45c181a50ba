import { MINUTE_MS, SearchHost, type SearchHostOptions } from "./search-host.fixture.ts";

/**
 * Hosts that a search has to see through: scatter of one reading of batch work, and of the tail of the service, whose median is so many
 * octaves over its target (below 0: within). `live` is about what redis beside hogs read in rounds of the bench (2026-11-23): p99 of one-second
 * windows between 0.4 and 3 ms, every half minute one of 5 to 50.
 */
const QUIET_TAIL = { tail: 0.2, memory: 0.5, spikeSeconds: 3600, spikeOctaves: 1, wander: 0.01 } as const;
const LIVE_TAIL = { tail: 0.9, memory: 0.6, spikeSeconds: 20, spikeOctaves: 4, wander: 0.03 } as const;

export const NOISES = {
  quiet: { noise: 0.03, over: -1, live: QUIET_TAIL },
  scattered: { noise: 0.1, over: -1, live: { ...QUIET_TAIL, wander: 0.05 } },
  live: { noise: 0.05, over: -1, live: LIVE_TAIL },
  "live, scattered": { noise: 0.1, over: -1, live: LIVE_TAIL },
  "live, near its target": { noise: 0.05, over: -0.5, live: LIVE_TAIL },
} as const satisfies Record<string, SearchHostOptions>;

export type Noise = keyof typeof NOISES;

/** A host of nine settings of which one gains so much; the reflex is there as well, and turns come once a second. */
export function noisyHost(noise: Noise, gain: number, seed: number): SearchHost {
  return new SearchHost({
    ...NOISES[noise],
    seed,
    turnMs: 1000,
    reflex: true,
    kinds: ["sched.slice"],
    effect: (value) => ({ work: value("sched.slice", "/batch") === BEST ? 1 + gain : 1 }),
  });
}

const BEST = 15_000;

export interface Searched {
  /** Until the best was kept; Infinity where it was not. */
  readonly minutes: number;
  /** Something was kept that gains nothing. */
  readonly wrong: boolean;
}

export function searchFor(made: SearchHost, gain: number, withinMs: number): Searched {
  let wrong = false;
  let found = false;
  const tookMs = made.run(withinMs, () => {
    const turned = made.kept.join();
    found = gain > 0 && turned.includes(`/batch ${BEST}`);
    wrong ||= turned !== "" && !found;
    return found;
  });
  return { minutes: found ? tookMs / MINUTE_MS : Number.POSITIVE_INFINITY, wrong };
}
