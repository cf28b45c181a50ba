/** Counts of what was observed, by kind. */
export interface Seen {
  /** Observations. */
  readonly total: number;
  /** Kinds observed exactly once. */
  readonly once: number;
}

/**
 * Chance that the next observation is of a kind never seen before: n1/N, the share of observations that are still the
 * only ones of their kind (I. J. Good, "The population frequencies of species and the estimation of population
 * parameters", Biometrika 40, 1953, after Turing). One imagined first is added to both, so that it is 1 where
 * nothing was seen and never 0: absence of firsts in N observations says no more than about 1/N.
 */
export function unseenMass(seen: Seen): number {
  const total = Math.max(0, seen.total);
  const once = Math.min(Math.max(0, seen.once), total);
  return (once + 1) / (total + 1);
}
