import assert from "node:assert/strict";
import { test } from "node:test";
import { BATCHES_AHEAD, PostSink } from "./ring-post.ts";
import { Producer, recordsOf } from "./ring-producer.fixture.ts";

test("while the owner is behind, records wait in the ring and none is given up", () => {
  const posted: number[][] = [];
  let taken = 0;
  const sink = new PostSink({
    ahead: () => posted.length - taken,
    post: (batch) => recordsOf(new Uint8Array(batch), (record) => posted.push(record)),
  });
  const ring = new Producer(4096);
  for (let value = 0; value < BATCHES_AHEAD + 3; value++) {
    ring.write(Uint8Array.of(value));
    const moved = sink.move(ring.ring);
    assert.deepEqual(
      moved,
      value < BATCHES_AHEAD ? { bytes: 16, records: 1, blocked: false } : { bytes: 0, records: 0, blocked: true },
    );
  }
  assert.equal(ring.ring.waiting, 3 * 16);
  taken++;
  assert.deepEqual(sink.move(ring.ring), { bytes: 48, records: 3, blocked: false });
  assert.deepEqual(
    posted.flat(),
    Array.from({ length: BATCHES_AHEAD + 3 }, (_, value) => value),
  );
});
