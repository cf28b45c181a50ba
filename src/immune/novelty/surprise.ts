import { unseenMass, type Seen } from "../../swarm/statistics.ts";

/**
 * How surprising is something never seen before? Whoever always does the same has a small unseen mass
 * (Good and Turing, swarm/statistics.ts), and a first is striking; whoever does something new all the
 * time, or was hardly ever seen, has one near 1, and a first means nothing. So an unknown host is
 * tolerated without a learning period of its own, which would need an end.
 */
export const SURPRISE = {
  /** Below 3 bits (one in eight) a first is ordinary. */
  floorBits: 3,
  /** From 5 bits (one in 32) on, more observations do not make it stranger: they are not independent draws. */
  fullBits: 5,
} as const;

/** Surprise of a first, in bits; 0 where nothing was seen. */
export function surpriseBits(seen: Seen): number {
  return Math.log2(1 / unseenMass(seen));
}

/** The same as a weight from 0 to 1. */
export function surpriseWeight(seen: Seen): number {
  const { floorBits, fullBits } = SURPRISE;
  return Math.min(1, Math.max(0, (surpriseBits(seen) - floorBits) / (fullBits - floorBits)));
}
