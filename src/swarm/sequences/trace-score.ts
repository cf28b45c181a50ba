import { type CallBitmap, type MeanPrior, newCallWindow, shrunkMean } from "./call-bitmap.ts";
import type { WittenBellTrie } from "./witten-bell-trie.ts";

/** Bits: the median surprisal of a trace's calls, which a few odd ones do not move; 0 of an empty trace. */
export function medianSurprisal(trie: WittenBellTrie, calls: ArrayLike<number>): number {
  const bits = Float64Array.from(calls, (_, at) => trie.surprisal(calls, at)).sort();
  const middle = bits.length >>> 1;
  return bits.length % 2 === 1 ? (bits[middle] ?? 0) : ((bits[middle - 1] ?? 0) + (bits[middle] ?? 0)) / 2;
}

/** The share of unknown windows in 0 to 1, shrunk to the prior: at the trace's end, and where it was highest on the way. */
export interface WindowScore {
  readonly last: number;
  readonly peak: number;
}

export function windowScore(bitmap: CallBitmap, prior: MeanPrior, calls: ArrayLike<number>): WindowScore {
  const task = newCallWindow();
  let peak = shrunkMean(task, prior);
  for (let at = 0; at < calls.length; at++) {
    bitmap.step(task, calls[at] ?? 0, false);
    peak = Math.max(peak, shrunkMean(task, prior));
  }
  return { last: shrunkMean(task, prior) / 65_536, peak: peak / 65_536 };
}

export function learnWindows(bitmap: CallBitmap, calls: ArrayLike<number>): void {
  const task = newCallWindow();
  for (let at = 0; at < calls.length; at++) bitmap.step(task, calls[at] ?? 0, true);
}
