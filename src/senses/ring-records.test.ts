import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RING_BUSY, RING_DISCARDED, RING_RECORD_MAX, ringStep } from "../core/wire/ring-format.ts";
import { ringRegion } from "./ring-records.fixture.ts";
import { walkRecords } from "./ring-records.ts";

const record = fc.uint8Array({ minLength: 0, maxLength: 90, size: "max" });

function visited(bytes: Uint8Array): { records: number[][]; consumed: number; damaged: number } {
  const records: number[][] = [];
  const walked = walkRecords(bytes, (at, size) => records.push([...bytes.subarray(at, at + size)]));
  return { records, ...walked };
}

test("records are visited as they were written, and a cut leaves the beginning of one", () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 12, size: "max" }), fc.nat(), fc.nat(16), (records, anywhere, before) => {
      const region = ringRegion(records);
      const cut = anywhere % (region.length + 1);
      // Somewhere inside of a larger buffer, as it arrives.
      const bytes = new Uint8Array(before + cut);
      bytes.set(region.subarray(0, cut), before);
      const walked = visited(bytes.subarray(before));
      const whole: number[][] = [];
      let consumed = 0;
      for (const each of records) {
        if (consumed + ringStep(each.length) > cut) break;
        consumed += ringStep(each.length);
        whole.push([...each]);
      }
      assert.deepEqual(walked, { records: whole, consumed, damaged: 0 });
    }),
  );
});

test("whatever the bytes, nothing outside is visited and every step goes forward", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600, size: "max" }), (bytes) => {
      let last = 0;
      const { consumed, damaged } = walkRecords(bytes, (at, size) => {
        assert.ok(at >= last + 8 && at + size <= bytes.length);
        last = at + size;
      });
      assert.ok(consumed <= bytes.length && consumed >= last);
      assert.ok(damaged === 1 || bytes.length - consumed < ringStep(RING_RECORD_MAX));
    }),
    { numRuns: 2000 },
  );
});

test("a record given up is passed over; one still being written, or longer than any can be, is damage", () => {
  const [given, good] = [ringRegion([Uint8Array.of(1)], RING_DISCARDED), ringRegion([Uint8Array.of(2)])];
  assert.deepEqual(visited(Buffer.concat([given, good])), { records: [[2]], consumed: 32, damaged: 0 });
  const busy = ringRegion([Uint8Array.of(3)], RING_BUSY);
  assert.deepEqual(visited(Buffer.concat([good, busy, good])), { records: [[2]], consumed: 16, damaged: 1 });
  const long = new Uint8Array(16);
  new DataView(long.buffer).setUint32(0, RING_RECORD_MAX + 1, true);
  assert.deepEqual(visited(long), { records: [], consumed: 0, damaged: 1 });
});
