import { CallBitmap, type MeanPrior } from "../../src/swarm/sequences/call-bitmap.ts";
import { learnWindows, medianSurprisal, windowScore } from "../../src/swarm/sequences/trace-score.ts";
import { WittenBellTrie } from "../../src/swarm/sequences/witten-bell-trie.ts";
import type { Trace } from "./traces.ts";

/** What was learned from the training traces alone; a score for each way of telling a trace. */
export interface Models {
  readonly scores: Readonly<Record<string, (trace: Trace) => number>>;
  /** Everything that was chosen, and what came of it. */
  readonly settings: Readonly<Record<string, number>>;
}

export const TRIE = "trie, median surprisal";
export const BITMAP = "bitmap, shrunk mean at the end";
export const PEAK = "bitmap, highest shrunk mean";

const FOLDS = 5;
/** Chosen beforehand: a mean of fewer windows than this says more about the trace's length than about its calls. */
const PRIOR_WINDOWS = 64;

export function learned(train: readonly Trace[]): Models {
  const [trie, bitmap] = [new WittenBellTrie(), new CallBitmap()];
  for (const { calls } of train) {
    trie.learnAll(calls);
    learnWindows(bitmap, calls);
  }
  trie.isFrozen = true;
  const prior = { share: heldOutShare(train), windows: PRIOR_WINDOWS };
  return {
    scores: {
      [TRIE]: ({ calls }) => medianSurprisal(trie, calls),
      [BITMAP]: ({ calls }) => windowScore(bitmap, prior, calls).last,
      [PEAK]: ({ calls }) => windowScore(bitmap, prior, calls).peak,
    },
    settings: {
      "calls in the trie's window": 6,
      "trie, counts held": trie.size,
      "trie, counts it has room for": trie.capacity,
      "calls in the bitmap's window": 7,
      "bitmap, bytes": 8192,
      "bitmap, share of bits set": bitmap.fill,
      "prior, windows": prior.windows,
      "prior, share unknown (of 65,536)": prior.share,
    },
  };
}

/** The share of unknown windows, of 65,536, that a fifth of the training traces shows to what was learned from the others. */
function heldOutShare(train: readonly Trace[]): number {
  const none: MeanPrior = { share: 0, windows: 0 };
  let [unknown, windows] = [0, 0];
  for (let fold = 0; fold < FOLDS; fold++) {
    const bitmap = new CallBitmap();
    for (const [index, { calls }] of train.entries()) if (index % FOLDS !== fold) learnWindows(bitmap, calls);
    for (const [index, { calls }] of train.entries()) {
      if (index % FOLDS !== fold) continue;
      const seen = Math.max(0, calls.length - 6);
      unknown += windowScore(bitmap, none, calls).last * seen;
      windows += seen;
    }
  }
  return Math.round((65_536 * unknown) / windows);
}
