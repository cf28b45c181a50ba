import type { Random } from "../core/random.ts";

/**
 * Arrival times in microseconds of a Poisson process: independent of any answer, as many users are
 * (an open loop; a client that waits for its answers hides the waiting: "coordinated omission").
 */
export function poissonArrivals(random: Random, perSecond: number, startUs: number): () => number {
  let at = startUs;
  return () => {
    // 1 - u lies in (0, 1], so that the logarithm is finite.
    at += (-Math.log(1 - random()) / perSecond) * 1e6;
    return at;
  };
}
