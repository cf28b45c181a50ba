/*
 * Which windows of 7 system calls in a row an executable is known to make: a bitmap of their hashes, after stide (Forrest et al., "A sense
 * of self for Unix processes", 1996), with one hash and 8 KB instead of a table. bpf/sequence.h is the same for the kernel, and the
 * vectors beside this file hold the two together.
 */

export const CALLS_IN_WINDOW = 7;
/** 8 KB. */
const WORDS = 2048;
const CALL_MASK = 511;
/** At as many windows both counts are halved, so that a task that runs for months does not grow deaf. */
const WINDOWS_MAX = 65_536;
/** The top bit says that seven calls are in; a set bit 54 (22 of the upper half), that the next one makes seven. */
const FULL = 0x8000_0000;
const NEXT_IS_FULL = 0x0040_0000;

export type Verdict = "short" | "known" | "new";

/** What the running mean is drawn to: `share` of 65,536 windows, as if `windows` of them had been seen. */
export interface MeanPrior {
  readonly share: number;
  readonly windows: number;
}

/** Of one task: the last calls in two halves of a 64-bit word, windows that were checked, and those of them not known. */
export interface CallWindow {
  high: number;
  low: number;
  windows: number;
  misses: number;
}

export const newCallWindow = (): CallWindow => ({ high: 0, low: 0, windows: 0, misses: 0 });

/** Numbers of the 32-bit table are told from those of the 64-bit one: else int 0x80 could pass one call for another. */
export function callCode(number: number, isCompat: boolean): number {
  const call = number & CALL_MASK;
  return isCompat ? CALL_MASK - call : call;
}

/** The share of unknown windows, of 65,536, shrunk to the prior. */
export function shrunkMean({ windows, misses }: CallWindow, prior: MeanPrior): number {
  const seen = windows + prior.windows;
  return seen === 0 ? 0 : Math.floor((misses * 65_536 + prior.share * prior.windows) / seen);
}

export class CallBitmap {
  private readonly words: Uint32Array;

  constructor(words: Uint32Array = new Uint32Array(WORDS)) {
    if (words.length !== WORDS) throw new RangeError(`a bitmap of calls has ${WORDS} words, not ${words.length}`);
    this.words = words.slice();
  }

  /** One call. While learning, windows are noted and not counted. */
  step(task: CallWindow, call: number, isLearning: boolean): Verdict {
    push(task, call);
    if ((task.high & FULL) === 0) return "short";
    const bit = bitOf(task.high, task.low);
    const word = this.words[bit >>> 5] ?? 0;
    const mask = 1 << (bit & 31);
    const isKnown = (word & mask) !== 0;
    if (isLearning) this.words[bit >>> 5] = word | mask;
    else count(task, isKnown);
    return isKnown ? "known" : "new";
  }

  /** The share of bits that are set: near 1, everything is known, and the bitmap says nothing any more. */
  get fill(): number {
    let set = 0;
    for (let word of this.words) for (; word !== 0; word &= word - 1) set += 1;
    return set / (32 * WORDS);
  }

  /** A copy, as the kernel's map holds it. */
  snapshot(): Uint32Array {
    return this.words.slice();
  }
}

function push(task: CallWindow, call: number): void {
  const low = task.high === 0 && task.low === 0 ? 1 : task.low;
  const high = (task.high << 9) | (low >>> 23);
  task.high = (task.high >>> 0 >= NEXT_IS_FULL ? high | FULL : high) >>> 0;
  task.low = ((low << 9) | (call & CALL_MASK)) >>> 0;
}

/** A bit of the bitmap, 0 to 65,535: two multiplications, then MurmurHash3's finaliser (Appleby, 2011). */
function bitOf(high: number, low: number): number {
  const mixed = Math.imul(high, 0x9e3779b1);
  let hash = Math.imul(low, 0x85ebca77) ^ ((mixed << 15) | (mixed >>> 17));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash >>> 16;
}

function count(task: CallWindow, isKnown: boolean): void {
  if (task.windows >= WINDOWS_MAX) {
    task.windows >>>= 1;
    task.misses >>>= 1;
  }
  task.windows += 1;
  if (!isKnown) task.misses += 1;
}
