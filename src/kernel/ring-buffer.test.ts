import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { RING_BUSY, RING_DISCARDED } from "../core/wire/ring-format.ts";
import { Producer } from "./ring-producer.fixture.ts";

test("what is written comes out, in order, once, however it wraps and however much is taken at a time", () => {
  const step = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 90, size: "max" }), fc.integer({ min: 1, max: 512 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: "max" }), fc.nat(1000), (steps, start) => {
      const ring = new Producer(512, start * 8);
      const written: number[][] = [];
      const read: number[][] = [];
      for (const each of steps) {
        if (typeof each === "number") read.push(...ring.drain(each));
        else if (ring.write(each)) written.push([...each]);
      }
      read.push(...ring.drain());
      assert.deepEqual(read, written);
      assert.equal(ring.consumed, ring.position);
    }),
    { seed: 11 },
  );
});

test("a region is as long as asked for, or one record", () => {
  const ring = new Producer(512);
  for (let count = 0; count < 6; count++) ring.write(new Uint8Array(24));
  assert.deepEqual(
    [1, 32, 63, 64, 100, 1000].map((most) => ring.ring.peek(most).bytes.length),
    [32, 32, 32, 64, 96, 192],
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
  ring.write(Uint8Array.of(2), RING_DISCARDED);
  ring.write(Uint8Array.of(3));
  ring.write(Uint8Array.of(4), RING_BUSY);
  ring.write(Uint8Array.of(5));
  assert.deepEqual(ring.drain(), [[1], [3]]);
  assert.deepEqual(ring.drain(), []);
  assert.equal(ring.ring.waiting, 32);
});

test("what is not given back is seen again, and the kernel has no room for more", () => {
  const ring = new Producer(64);
  for (const value of [1, 2, 3, 4]) ring.write(Uint8Array.of(value));
  assert.equal(ring.write(Uint8Array.of(5)), false);
  assert.equal(ring.ring.peek(32).records, 2);
  ring.ring.commit(16);
  assert.equal(ring.write(Uint8Array.of(5)), true);
  assert.deepEqual(ring.drain(), [[2], [3], [4], [5]]);
});

test("a length beyond what was produced is counted and skipped, after what is in front of it", () => {
  const ring = new Producer(512);
  ring.write(Uint8Array.of(1));
  ring.write(Uint8Array.of(2));
  new DataView(ring.producer).setUint32(4096 + 16, 400, true);
  assert.deepEqual(ring.drain(), [[1]]);
  assert.equal(ring.ring.damaged, 1);
  ring.write(Uint8Array.of(3));
  assert.deepEqual(ring.drain(), [[3]]);
});
