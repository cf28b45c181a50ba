import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { RingBuffer } from "./ring-buffer.ts";

const PAGE = 4096;
const BUSY = 0x8000_0000;
const DISCARDED = 0x4000_0000;

/** The kernel's end, over plain memory: what is written to one copy of the data is written to the other. */
class Producer {
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

  drain(): number[][] {
    const seen: number[][] = [];
    this.ring.drain((record) => {
      seen.push([...record]);
      return "taken";
    });
    return seen;
  }
}

test("what is written comes out, in order, once, however it wraps", () => {
  const step = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 90 }), fc.constant("drain" as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.nat(1000), (steps, start) => {
      const ring = new Producer(512, start * 8);
      const written: number[][] = [];
      const read: number[][] = [];
      for (const each of steps) {
        if (each === "drain") read.push(...ring.drain());
        else if (ring.write(each)) written.push([...each]);
      }
      read.push(...ring.drain());
      assert.deepEqual(read, written);
      assert.equal(ring.consumed, ring.position);
    }),
    { seed: 11 },
  );
});

test("positions beyond 32 bits are no different", () => {
  const ring = new Producer(512, 2 ** 40 + 504);
  ring.write(Uint8Array.of(1, 2, 3));
  assert.deepEqual(ring.drain(), [[1, 2, 3]]);
});

test("a record still being written holds back those behind it; one given up is passed over", () => {
  const ring = new Producer(512);
  ring.write(Uint8Array.of(1));
  ring.write(Uint8Array.of(2), DISCARDED);
  ring.write(Uint8Array.of(3));
  ring.write(Uint8Array.of(4), BUSY);
  ring.write(Uint8Array.of(5));
  assert.deepEqual(ring.drain(), [[1], [3]]);
  assert.deepEqual(ring.drain(), []);
});

test("a record put off stays, and those before it are gone", () => {
  const ring = new Producer(512);
  ring.write(Uint8Array.of(1));
  ring.write(Uint8Array.of(2));
  assert.equal(
    ring.ring.drain((record) => (record[0] === 2 ? "later" : "taken")),
    1,
  );
  assert.deepEqual(ring.drain(), [[2]]);
});

test("room is given back during a long drain, not only after it", () => {
  const ring = new Producer(512);
  while (ring.write(new Uint8Array(24)));
  const positions = new Set<number>();
  ring.ring.drain(() => {
    positions.add(ring.consumed);
    return "taken";
  });
  assert.ok(positions.size >= 7, [...positions].join(" "));
});

test("a length beyond what was produced is counted and skipped", () => {
  const ring = new Producer(512);
  ring.write(Uint8Array.of(1));
  new DataView(ring.producer).setUint32(PAGE, 400, true);
  assert.deepEqual(ring.drain(), []);
  assert.equal(ring.ring.damaged, 1);
  ring.write(Uint8Array.of(2));
  assert.deepEqual(ring.drain(), [[2]]);
});
