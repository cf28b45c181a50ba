import { medianSurprisal } from "./trace-score.ts";
import type { WittenBellTrie } from "./witten-bell-trie.ts";

/** What a block of calls must not exceed to be learned. */
export interface LearningGate {
  /** Bits; a block whose median call is more surprising than this is not a habit. */
  readonly medianBits: number;
  /** The share (0 to 1) of calls never seen after the five before them: bounds what one block can bring in beside what is usual. */
  readonly newShare: number;
}

export type Learned = "learned" | "frozen" | "suspected" | "surprising" | "new";

/** What is known of whom the calls come from. */
export interface Standing {
  /** Under suspicion by any other kind of evidence. */
  readonly isSuspected: boolean;
  /** Still in the time when everything is taken for self. */
  readonly isTolerant: boolean;
}

/**
 * Learns a block of calls as a whole or not at all, and never while its maker is under suspicion. After the tolerant time only what is
 * already nearly usual is learned: a model that learns everything it sees ends up knowing the attack too.
 */
export function learnGated(
  trie: WittenBellTrie,
  gate: LearningGate,
  calls: ArrayLike<number>,
  { isSuspected, isTolerant }: Standing,
): Learned {
  if (trie.isFrozen) return "frozen";
  if (isSuspected) return "suspected";
  if (!isTolerant) {
    if (medianSurprisal(trie, calls) > gate.medianBits) return "surprising";
    if (newShare(trie, calls) > gate.newShare) return "new";
  }
  trie.learnAll(calls);
  return "learned";
}

/** The share of calls never seen after the (up to 5) calls before them; 0 of an empty block. */
export function newShare(trie: WittenBellTrie, calls: ArrayLike<number>): number {
  let unseen = 0;
  for (let at = 0; at < calls.length; at++) if (!trie.knows(calls, at)) unseen += 1;
  return calls.length === 0 ? 0 : unseen / calls.length;
}
