/*
 * How surprising a system call is after those before it: an interpolated n-gram model with the smoothing of Witten and Bell ("The
 * zero-frequency problem", 1991, method C), its contexts in a trie that goes from the latest call back. A context that was seen n times
 * with t different calls after it gives a share t / (n + t) to the next shorter context; the empty one gives it to all calls alike.
 *
 * Memory is bounded: where the counts are too many, all are halved and those that come to nothing are dropped, until a quarter
 * is free. What came once goes first, so a stream of nonsense displaces itself before it displaces habits.
 */

/** A call and the 5 before it. */
export const ORDER = 6;
const LONGEST = ORDER - 1;
const ALPHABET = 512;
const ROOT = 0;
/** Room for 100,000 counts takes about 10 MB; the training traces of ADFA-LD fill some 70,000. */
const CAPACITY = 100_000;
const LEAST_CAPACITY = 64;
const COUNT_MAX = 2 ** 30;

/** Contexts as pairs of their parent and the call that they add, in the order of their numbers from 1; counts as [context, call, count]. */
export interface TrieSnapshot {
  readonly capacity: number;
  readonly isFrozen: boolean;
  readonly contexts: readonly (readonly [parent: number, call: number])[];
  readonly counts: readonly (readonly [context: number, call: number, count: number])[];
}

export class WittenBellTrie {
  readonly capacity: number;
  isFrozen = false;
  /** By context and call: the context that is one call longer, and how often that call came next. */
  private longer = new Map<number, number>();
  private counts = new Map<number, number>();
  /** By context: all calls that came next, and how many different ones. */
  private totals: number[] = [0];
  private kinds: number[] = [0];

  /** @throws RangeError where the capacity (counts) is below 64 or not whole. */
  constructor(capacity: number = CAPACITY) {
    if (!Number.isSafeInteger(capacity) || capacity < LEAST_CAPACITY)
      throw new RangeError(`a trie has room for ${LEAST_CAPACITY} counts or more, not ${capacity}`);
    this.capacity = capacity;
  }

  static restored({ capacity, isFrozen, contexts, counts }: TrieSnapshot): WittenBellTrie {
    const trie = new WittenBellTrie(capacity);
    trie.isFrozen = isFrozen;
    for (const [parent, call] of contexts) trie.extend(parent, call);
    for (const [context, call, times] of counts) trie.add(context, call, times);
    return trie;
  }

  /** How many counts are held; never above the capacity. */
  get size(): number {
    return this.counts.size;
  }

  /** Bits, of the call at `at` after those before it. */
  surprisal(calls: ArrayLike<number>, at: number): number {
    const call = codeAt(calls, at);
    let chance = 1 / ALPHABET;
    let context: number | undefined = ROOT;
    for (let length = 0; context !== undefined; length++) {
      const [total = 0, kinds = 0] = [this.totals[context], this.kinds[context]];
      if (total > 0) chance = ((this.counts.get(key(context, call)) ?? 0) + kinds * chance) / (total + kinds);
      context =
        length < LONGEST && at > length ? this.longer.get(key(context, codeAt(calls, at - length - 1))) : undefined;
    }
    return -Math.log2(chance);
  }

  /** Whether this call has ever come after all of the (up to 5) calls before it. */
  knows(calls: ArrayLike<number>, at: number): boolean {
    let context: number | undefined = ROOT;
    for (let length = 1; length <= Math.min(LONGEST, at) && context !== undefined; length++)
      context = this.longer.get(key(context, codeAt(calls, at - length)));
    return context !== undefined && this.counts.has(key(context, codeAt(calls, at)));
  }

  /** Learns the call at `at` in all its contexts; a frozen trie learns nothing. */
  learn(calls: ArrayLike<number>, at: number): void {
    if (this.isFrozen) return;
    // A call adds at most one count for each of its contexts.
    if (this.counts.size + ORDER > this.capacity || (this.totals[ROOT] ?? 0) >= COUNT_MAX) this.prune();
    const call = codeAt(calls, at);
    let context = ROOT;
    this.add(context, call, 1);
    for (let length = 1; length <= Math.min(LONGEST, at); length++) {
      const older = codeAt(calls, at - length);
      context = this.longer.get(key(context, older)) ?? this.extend(context, older);
      this.add(context, call, 1);
    }
  }

  learnAll(calls: ArrayLike<number>): void {
    for (let at = 0; at < calls.length; at++) this.learn(calls, at);
  }

  /** What `restored` goes on from, exactly. */
  snapshot(): TrieSnapshot {
    return {
      capacity: this.capacity,
      isFrozen: this.isFrozen,
      contexts: [...this.longer.keys()].map(unkey),
      counts: [...this.counts].map(([at, times]) => [...unkey(at), times] as const),
    };
  }

  private extend(parent: number, call: number): number {
    const context = this.totals.length;
    this.longer.set(key(parent, call), context);
    this.totals.push(0);
    this.kinds.push(0);
    return context;
  }

  private add(context: number, call: number, times: number): void {
    const at = key(context, call);
    const before = this.counts.get(at);
    this.counts.set(at, (before ?? 0) + times);
    this.totals[context] = (this.totals[context] ?? 0) + times;
    if (before === undefined) this.kinds[context] = (this.kinds[context] ?? 0) + 1;
  }

  private prune(): void {
    do this.halve();
    while (this.counts.size > 0.75 * this.capacity);
  }

  /** A context never has a higher count than the shorter one within it, so no context loses the one that it hangs on. */
  private halve(): void {
    const [longer, counts, totals] = [this.longer, this.counts, this.totals];
    const halved = totals.map(() => 0);
    for (const [at, times] of counts) halved[unkey(at)[0]]! += times >>> 1;
    [this.longer, this.counts, this.totals, this.kinds] = [new Map(), new Map(), [0], [0]];
    const renamed = new Map([[ROOT, ROOT]]);
    for (const [at, context] of longer) {
      const [parent, call] = unkey(at);
      const kept = renamed.get(parent);
      if (kept !== undefined && (halved[context] ?? 0) > 0) renamed.set(context, this.extend(kept, call));
    }
    for (const [at, times] of counts) {
      const [context, call] = unkey(at);
      const kept = renamed.get(context);
      if (kept !== undefined && times > 1) this.add(kept, call, times >>> 1);
    }
  }
}

const key = (context: number, call: number): number => context * ALPHABET + call;
const unkey = (at: number): readonly [context: number, call: number] => [Math.floor(at / ALPHABET), at % ALPHABET];
const codeAt = (calls: ArrayLike<number>, at: number): number => (calls[at] ?? 0) & (ALPHABET - 1);
