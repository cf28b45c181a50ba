import { RING_DISCARDED, RING_LENGTH_MASK, RING_RECORD_MAX, ringStep } from "../core/wire/ring-format.ts";

/** Whole records in a row, headers included, as they lie in the ring. Valid until they are given back. */
export interface Region {
  readonly bytes: Uint8Array;
  /** How many; those that were given up are not counted. */
  readonly records: number;
}

/**
 * The consumer's end of a BPF ring buffer over its mapped memory. The data area is mapped twice in a row, so that
 * what wraps is still one piece: nothing is copied here, and of each record only the header is looked at.
 */
export class RingBuffer {
  /** Headers that cannot be right; the ring is then skipped up to the producer. */
  damaged = 0;
  private readonly consumerPosition: BigUint64Array;
  private readonly producerPosition: BigUint64Array;
  /** Signed, so that the top bit (RING_BUSY) is the sign. */
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly size: number;
  private readonly barrier = new Int32Array(1);
  private position: number;

  /** `consumer`: one page, writable. `producer`: one page and then the data area twice. `size`: of the data area, a power of two. */
  constructor(consumer: ArrayBuffer, producer: ArrayBuffer, size: number) {
    const page = producer.byteLength - 2 * size;
    this.consumerPosition = new BigUint64Array(consumer, 0, 1);
    this.producerPosition = new BigUint64Array(producer, 0, 1);
    this.words = new Int32Array(producer, page, size / 2);
    this.bytes = new Uint8Array(producer, page, size * 2);
    this.size = size;
    this.position = Number(Atomics.load(this.consumerPosition, 0));
  }

  /** Bytes waiting, 0 to size; records that are still being written are among them. */
  get waiting(): number {
    return Number(Atomics.load(this.producerPosition, 0)) - this.position;
  }

  /** The finished records at this end: at most `most` bytes of them, but at least one. Empty where none is finished. */
  peek(most: number): Region {
    const { words, waiting } = this;
    const first = this.position % this.size;
    const limit = Math.min(waiting, most);
    let length = 0;
    let records = 0;
    // Records of one kind are alike: where the header is that of the last one, the next place is known without
    // waiting for it, so that the CPU fetches several at once. Otherwise each miss of the cache would be waited for.
    let [lastHeader, lastStep] = [-1, 0];
    while (length < waiting) {
      const header = words[(first + length) >>> 2] ?? 0;
      if (header < 0) break;
      if (header !== lastHeader) {
        const size = header & RING_LENGTH_MASK;
        const step = ringStep(size);
        if (size > RING_RECORD_MAX || step > waiting - length) {
          // What is in front of it is handed out first.
          if (length === 0) this.skip(waiting);
          break;
        }
        [lastHeader, lastStep] = [header, step];
      }
      if (length + lastStep > limit && length > 0) break;
      length += lastStep;
      if ((header & RING_DISCARDED) === 0) records++;
    }
    // Plain reads of the headers are half the price of atomic ones; the barrier keeps what is read next behind them.
    if (length > 0) Atomics.add(this.barrier, 0, 1);
    return { bytes: this.bytes.subarray(first, first + length), records };
  }

  /** Gives the first `bytes` of what was peeked at back to the kernel: up to the end of a record. */
  commit(bytes: number): void {
    this.position += bytes;
    Atomics.store(this.consumerPosition, 0, BigInt(this.position));
  }

  private skip(bytes: number): void {
    this.damaged++;
    this.commit(bytes);
  }
}
