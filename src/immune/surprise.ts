/**
 * How surprising is something never seen before? Good and Turing: the chance that the next observation
 * is new is about n1/N, the share of observations that were, so far, the only ones of their kind (I. J.
 * Good, "The population frequencies of species and the estimation of population parameters",
 * Biometrika 40, 1953). Whoever always does the same has n1 = 0, and a first is striking; whoever does
 * something new all the time, or was hardly ever seen, has n1 close to N, and a first means nothing. So
 * an unknown host is tolerated without a learning period of its own, which would need an end.
 */
export interface Seen {
  /** Observations. */
  readonly total: number;
  /** Kinds observed exactly once. */
  readonly once: number;
}

export const SURPRISE = {
  /** Below 3 bits (one in eight) a first is ordinary. */
  floorBits: 3,
  /** From 5 bits (one in 32) on, more observations do not make it stranger: they are not independent draws. */
  fullBits: 5,
} as const;

/** Surprise of a first, in bits. One imagined first is added, so that N = 0 gives 0 bits and no estimate is infinite. */
export function surpriseBits(seen: Seen): number {
  const once = Math.min(seen.once, seen.total);
  return Math.log2((seen.total + 1) / (once + 1));
}

/** The same as a weight from 0 to 1. */
export function surpriseWeight(seen: Seen): number {
  const { floorBits, fullBits } = SURPRISE;
  return Math.min(1, Math.max(0, (surpriseBits(seen) - floorBits) / (fullBits - floorBits)));
}
