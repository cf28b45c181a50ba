import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { RING_RECORD_MAX } from "../core/wire/ring-format.ts";
import { ringRegion } from "../senses/ring-records.fixture.ts";
import { walkRecords } from "../senses/ring-records.ts";
import { RecordIntake } from "./record-intake.ts";

interface Run {
  readonly intake: RecordIntake;
  readonly records: Uint8Array[];
  turns: number;
}

/** Each look at the clock costs a millisecond. */
function setUp(): Run {
  const records: Uint8Array[] = [];
  let nowMs = 0;
  const intake = new RecordIntake({
    nowMs: () => nowMs++,
    take(bytes) {
      return walkRecords(bytes, (at, size) => records.push(bytes.slice(at, at + size))).consumed;
    },
  });
  return { intake, records, turns: 0 };
}

/** Reads the stream in pieces, working as little as can be at a time. */
function feed(run: Run, stream: Uint8Array, pieces: readonly number[]): void {
  let [at, piece] = [0, 0];
  while (at < stream.length) {
    const count = Math.min(pieces[piece++ % pieces.length] ?? 1, run.intake.memory.length, stream.length - at);
    run.intake.memory.set(stream.subarray(at, at + count));
    run.intake.read(count);
    at += count;
    for (let turn = run.intake.work(0); turn !== "done"; turn = run.intake.work(0)) {
      run.turns++;
      assert.equal(turn, "more");
    }
  }
}

test("records come out whole and in order, however the stream is cut", () => {
  const records = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 200, size: "max" }),
      fc.integer({ min: 0, max: RING_RECORD_MAX }).map((size) => new Uint8Array(size).fill(size)),
    ),
    { maxLength: 30, size: "max" },
  );
  const pieces = fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 20, size: "max" });
  fc.assert(
    fc.property(records, pieces, (sent, cuts) => {
      const run = setUp();
      feed(run, ringRegion(sent), cuts);
      assert.equal(run.records.length, sent.length);
      for (const [index, record] of sent.entries())
        assert.deepEqual(Buffer.compare(run.records[index] ?? record, record), 0);
    }),
    { seed: 4, numRuns: 200 },
  );
});

test("a full read takes many turns, none of them long", () => {
  const run = setUp();
  const sent = Array.from({ length: 3000 }, () => new Uint8Array(72));
  feed(run, ringRegion(sent), [1 << 20]);
  assert.equal(run.records.length, 3000);
  assert.ok(run.turns >= 10, `${run.turns} turns`);
});

test("bytes that make no sense are told at once", () => {
  const { intake } = setUp();
  intake.memory.fill(0xff, 0, 64);
  intake.read(64);
  assert.equal(intake.work(5), "broken");
});
