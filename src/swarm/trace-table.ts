/** No slot. */
export const NONE = -1;

/**
 * A fixed number of slots for traces (one source of one pheromone on one entity), found by a hash of the entity: each bucket is a
 * chain of slots, so that all traces of an entity lie in one. Everything but names is in typed arrays. A Map from entities to slots
 * was measured to cost three times as much where entities come and go, for it grows, shrinks and is collected. Knows nothing of time.
 */
export class TraceTable {
  readonly capacity: number;
  readonly amount: Float64Array;
  readonly atMs: Float64Array;
  /** Index of the pheromone. */
  readonly pheromone: Uint8Array;
  private readonly seed: number;
  private readonly mask: number;
  private readonly buckets: Int32Array;
  private readonly hashes: Int32Array;
  private readonly entities: string[];
  private readonly sources: string[];
  /** The next trace in the bucket, or the next free slot. */
  private readonly next: Int32Array;
  /** The trace before in the bucket; NONE for its first. */
  private readonly previous: Int32Array;
  private free = 0;
  private taken = 0;

  /** Who knows the seed can make names that share a bucket. */
  constructor(capacity: number, seed = 0) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 24)
      throw new RangeError(`${capacity} slots: 1 to ${2 ** 24} can be had`);
    const buckets = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.capacity = capacity;
    this.seed = seed | 0;
    this.mask = buckets - 1;
    this.buckets = new Int32Array(buckets).fill(NONE);
    this.amount = new Float64Array(capacity);
    this.atMs = new Float64Array(capacity);
    this.pheromone = new Uint8Array(capacity);
    this.hashes = new Int32Array(capacity);
    this.entities = Array.from({ length: capacity }, () => "");
    this.sources = Array.from({ length: capacity }, () => "");
    this.next = Int32Array.from({ length: capacity }, (_, slot) => (slot + 1 < capacity ? slot + 1 : NONE));
    this.previous = new Int32Array(capacity).fill(NONE);
  }

  get size(): number {
    return this.taken;
  }

  get full(): boolean {
    return this.free === NONE;
  }

  /** FNV-1a over UTF-16 units (Fowler, Noll and Vo), seeded, with the finaliser of MurmurHash3 (Appleby), for FNV's low bits are weak. */
  hash(entity: string): number {
    let hash = this.seed ^ 0x811c9dc5;
    for (let index = 0; index < entity.length; index++) hash = Math.imul(hash ^ entity.charCodeAt(index), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }

  /** First slot of the bucket for a hash; others' traces may be among those that follow. */
  first(hash: number): number {
    return this.buckets[hash & this.mask] ?? NONE;
  }

  after(slot: number): number {
    return this.next[slot] ?? NONE;
  }

  isOf(slot: number, hash: number, entity: string): boolean {
    return this.hashes[slot] === hash && this.entities[slot] === entity;
  }

  /** "" where the slot is free. */
  entityOf(slot: number): string {
    return this.entities[slot] ?? "";
  }

  sourceOf(slot: number): string {
    return this.sources[slot] ?? "";
  }

  hashOf(slot: number): number {
    return this.hashes[slot] ?? 0;
  }

  find(hash: number, entity: string, pheromone: number, source: string): number {
    let slot = this.first(hash);
    while (slot !== NONE && !(this.isTrace(slot, pheromone, source) && this.isOf(slot, hash, entity)))
      slot = this.after(slot);
    return slot;
  }

  /** A new trace of amount 0; NONE where the table is full. The caller has made sure that there is no such trace yet. */
  add(hash: number, entity: string, pheromone: number, source: string): number {
    const slot = this.free;
    if (slot === NONE) return NONE;
    this.free = this.after(slot);
    this.taken++;
    this.amount[slot] = 0;
    this.pheromone[slot] = pheromone;
    this.hashes[slot] = hash;
    this.entities[slot] = entity;
    this.sources[slot] = source;
    this.link(slot, this.first(hash));
    this.previous[slot] = NONE;
    this.buckets[hash & this.mask] = slot;
    return slot;
  }

  remove(slot: number): void {
    const before = this.previous[slot] ?? NONE;
    const rest = this.after(slot);
    if (before !== NONE) {
      this.link(before, rest);
    } else {
      this.buckets[this.hashOf(slot) & this.mask] = rest;
      if (rest !== NONE) this.previous[rest] = NONE;
    }
    // Names go too: they are what is large.
    this.entities[slot] = "";
    this.sources[slot] = "";
    this.next[slot] = this.free;
    this.free = slot;
    this.taken--;
  }

  private isTrace(slot: number, pheromone: number, source: string): boolean {
    return this.pheromone[slot] === pheromone && this.sources[slot] === source;
  }

  private link(before: number, slot: number): void {
    this.next[before] = slot;
    if (slot !== NONE) this.previous[slot] = before;
  }
}
