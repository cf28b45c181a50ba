/** Kept for those who come late, and told at once at most. */
export const KEPT_DEPOSITS = 256;

interface Numbered {
  /** Counts up by one with each deposit since the layer's start. */
  readonly seq: number;
}

/** The latest deposits, for viewers: a flood costs no more than a ring of them, and shows in the sequence numbers. */
export class DepositFeed<T extends Numbered> {
  private readonly ring: T[] = [];
  private last = 0;
  private told = 0;

  /** Sequence number of the latest. */
  get total(): number {
    return this.last;
  }

  /** What was seen before is left out. */
  add(deposit: T): void {
    if (deposit.seq <= this.last) return;
    this.last = deposit.seq;
    if (this.ring.length >= KEPT_DEPOSITS) this.ring.shift();
    this.ring.push(deposit);
  }

  /** All that are kept, the oldest first. */
  latest(): readonly T[] {
    return this.ring.slice();
  }

  /** Those since the last call. */
  next(): readonly T[] {
    const fresh = this.ring.filter(({ seq }) => seq > this.told);
    this.told = this.last;
    return fresh;
  }

  /** Whoever counts has begun anew. */
  restart(): void {
    this.ring.length = 0;
    this.last = this.told = 0;
  }
}
