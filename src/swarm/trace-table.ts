/** No slot. */
export const NONE = -1;

/**
 * A fixed number of slots for traces (one source of one pheromone on one entity). Numbers lie in typed arrays;
 * the traces of an entity are chained, so that one map lookup finds them all. Knows nothing of time.
 */
export class TraceTable {
  readonly capacity: number;
  readonly amount: Float64Array;
  readonly atMs: Float64Array;
  /** Index of the pheromone. */
  readonly pheromone: Uint8Array;
  private readonly entities: string[];
  private readonly sources: string[];
  /** The entity's next trace, or the next free slot. */
  private readonly next: Int32Array;
  /** The entity's trace before; NONE for its first. */
  private readonly previous: Int32Array;
  private readonly heads = new Map<string, number>();
  private free: number;
  private taken = 0;

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 26)
      throw new RangeError(`${capacity} slots: 1 to ${2 ** 26} can be had`);
    this.capacity = capacity;
    this.amount = new Float64Array(capacity);
    this.atMs = new Float64Array(capacity);
    this.pheromone = new Uint8Array(capacity);
    this.entities = Array.from({ length: capacity }, () => "");
    this.sources = Array.from({ length: capacity }, () => "");
    this.next = Int32Array.from({ length: capacity }, (_, slot) => (slot + 1 < capacity ? slot + 1 : NONE));
    this.previous = new Int32Array(capacity).fill(NONE);
    this.free = 0;
  }

  get size(): number {
    return this.taken;
  }

  get full(): boolean {
    return this.free === NONE;
  }

  /** Every entity with the first of its traces. */
  chains(): IterableIterator<[entity: string, first: number]> {
    return this.heads.entries();
  }

  /** First trace of an entity; follow with `after`. */
  first(entity: string): number {
    return this.heads.get(entity) ?? NONE;
  }

  after(slot: number): number {
    return this.next[slot] ?? NONE;
  }

  entityOf(slot: number): string {
    return this.entities[slot] ?? "";
  }

  sourceOf(slot: number): string {
    return this.sources[slot] ?? "";
  }

  /** In the chain that begins at `slot`. */
  find(slot: number, pheromone: number, source: string): number {
    let at = slot;
    while (at !== NONE && (this.pheromone[at] !== pheromone || this.sources[at] !== source)) at = this.after(at);
    return at;
  }

  /**
   * A new trace of amount 0; NONE where the table is full. `head` is the entity's first trace as it stands. The caller has
   * made sure that there is no such trace yet.
   */
  add(head: number, entity: string, pheromone: number, source: string): number {
    const slot = this.free;
    if (slot === NONE) return NONE;
    this.free = this.after(slot);
    this.taken++;
    this.amount[slot] = 0;
    this.pheromone[slot] = pheromone;
    this.entities[slot] = entity;
    this.sources[slot] = source;
    if (head === NONE) {
      this.heads.set(entity, slot);
      this.next[slot] = NONE;
    } else {
      // Behind the head, so that the map need not be written.
      this.link(slot, this.after(head));
      this.link(head, slot);
    }
    return slot;
  }

  remove(slot: number): void {
    const before = this.previous[slot] ?? NONE;
    const rest = this.after(slot);
    if (before !== NONE) {
      this.link(before, rest);
    } else if (rest === NONE) {
      this.heads.delete(this.entityOf(slot));
    } else {
      this.previous[rest] = NONE;
      this.heads.set(this.entityOf(slot), rest);
    }
    this.release(slot);
  }

  /** Removes all traces of an entity and gives their number. */
  removeAll(entity: string): number {
    let removed = 0;
    for (let slot = this.first(entity); slot !== NONE; removed++) {
      const rest = this.after(slot);
      this.release(slot);
      slot = rest;
    }
    this.heads.delete(entity);
    return removed;
  }

  private link(before: number, slot: number): void {
    this.next[before] = slot;
    if (slot !== NONE) this.previous[slot] = before;
  }

  private release(slot: number): void {
    // Names go too: they are what is large.
    this.entities[slot] = "";
    this.sources[slot] = "";
    this.next[slot] = this.free;
    this.previous[slot] = NONE;
    this.free = slot;
    this.taken--;
  }
}
