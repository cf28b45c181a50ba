/** Length word of a record: its top bits say that it is still being written, or was given up (Documentation/bpf/ringbuf.rst). */
const BUSY = 0x8000_0000;
const DISCARDED = 0x4000_0000;
const LENGTH_MASK = 0x3fff_ffff;
const HEADER_BYTES = 8;

/** What becomes of a record that was offered. "later" leaves it in the ring and ends the drain. */
export type Taken = "taken" | "later";

/**
 * The consumer's end of a BPF ring buffer over its mapped memory. The data area is mapped twice in a
 * row, so that a record that wraps is read in one piece.
 */
export class RingBuffer {
  /** Records whose length cannot be right; the ring is then skipped up to the producer. */
  damaged = 0;
  private readonly consumerPosition: BigUint64Array;
  private readonly producerPosition: BigUint64Array;
  private readonly words: Uint32Array;
  private readonly bytes: Uint8Array;
  private readonly size: number;

  /** `consumer`: one page, writable. `producer`: one page and then the data area twice. `size`: of the data area, a power of two. */
  constructor(consumer: ArrayBuffer, producer: ArrayBuffer, size: number) {
    const page = producer.byteLength - 2 * size;
    this.consumerPosition = new BigUint64Array(consumer, 0, 1);
    this.producerPosition = new BigUint64Array(producer, 0, 1);
    this.words = new Uint32Array(producer, page, size / 2);
    this.bytes = new Uint8Array(producer, page, size * 2);
    this.size = size;
  }

  /** Bytes waiting, 0 to size. */
  get waiting(): number {
    return Number(Atomics.load(this.producerPosition, 0) - Atomics.load(this.consumerPosition, 0));
  }

  /**
   * Offers every finished record; the bytes are valid only during the call. Returns how many were
   * taken. The position is handed back each eighth of the ring, so that the kernel gets room early and
   * the cache line that it shares with the producers is seldom written.
   */
  drain(take: (record: Uint8Array) => Taken): number {
    let position = Number(Atomics.load(this.consumerPosition, 0));
    let committed = position;
    let taken = 0;
    for (;;) {
      const end = Number(Atomics.load(this.producerPosition, 0));
      if (position >= end) break;
      const at = position % this.size;
      const header = Atomics.load(this.words, at / 4);
      if ((header & BUSY) !== 0) break;
      const length = header & LENGTH_MASK;
      const step = Math.ceil((length + HEADER_BYTES) / 8) * 8;
      if (step > end - position) {
        this.damaged++;
        position = end;
        break;
      }
      if ((header & DISCARDED) === 0) {
        const start = at + HEADER_BYTES;
        if (take(this.bytes.subarray(start, start + length)) === "later") break;
        taken++;
      }
      position += step;
      if (position - committed >= this.size / 8) {
        this.commit(position);
        committed = position;
      }
    }
    if (position !== committed) this.commit(position);
    return taken;
  }

  private commit(position: number): void {
    Atomics.store(this.consumerPosition, 0, BigInt(position));
  }
}
