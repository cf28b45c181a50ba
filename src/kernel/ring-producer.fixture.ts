import { RING_DISCARDED, RING_LENGTH_MASK, ringStep } from "../core/wire/ring-format.ts";
import { RingBuffer } from "./ring-buffer.ts";

const PAGE = 4096;

/** The kernel's end, over plain memory: what is written to one copy of the data is written to the other. */
export class Producer {
  readonly consumer = new ArrayBuffer(PAGE);
  readonly producer: ArrayBuffer;
  readonly ring: RingBuffer;
  private readonly size: number;

  constructor(size: number, start = 0) {
    this.size = size;
    this.producer = new ArrayBuffer(PAGE + 2 * size);
    new BigUint64Array(this.consumer)[0] = BigInt(start);
    new BigUint64Array(this.producer)[0] = BigInt(start);
    this.ring = new RingBuffer(this.consumer, this.producer, size);
  }

  /** Where the next record goes. */
  get position(): number {
    return Number(new BigUint64Array(this.producer)[0]);
  }

  get consumed(): number {
    return Number(new BigUint64Array(this.consumer)[0]);
  }

  /** False where it is full, as bpf_ringbuf_reserve. */
  write(record: Uint8Array, flags = 0): boolean {
    const step = Math.ceil((record.length + 8) / 8) * 8;
    const at = this.position;
    if (at + step - this.consumed > this.size) return false;
    const header = new Uint8Array(8);
    new DataView(header.buffer).setUint32(0, (record.length | flags) >>> 0, true);
    this.put(at, header);
    this.put(at + 8, record);
    new BigUint64Array(this.producer)[0] = BigInt(at + step);
    return true;
  }

  private put(at: number, bytes: Uint8Array): void {
    const data = new Uint8Array(this.producer, PAGE);
    for (const [offset, byte] of bytes.entries()) {
      const place = (at + offset) % this.size;
      data[place] = byte;
      data[place + this.size] = byte;
    }
  }

  /** Everything finished, at most `most` bytes at a time, given back at once. */
  drain(most = 1 << 20): number[][] {
    const records: number[][] = [];
    for (;;) {
      const { bytes, records: count } = this.ring.peek(most);
      if (bytes.length === 0) return records;
      const before = records.length;
      recordsOf(bytes, (record) => records.push(record));
      if (records.length - before !== count) throw new Error(`${records.length - before} records, not ${count}`);
      this.ring.commit(bytes.length);
    }
  }
}

/** The records of a piece of a ring, without those given up. */
export function recordsOf(bytes: Uint8Array, take: (record: number[]) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const header = view.getUint32(at, true);
    const size = header & RING_LENGTH_MASK;
    if ((header & RING_DISCARDED) === 0) take([...bytes.subarray(at + 8, at + 8 + size)]);
    at += ringStep(size);
  }
}
