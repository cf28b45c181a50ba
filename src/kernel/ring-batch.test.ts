import assert from "node:assert/strict";
import { test } from "node:test";
import { BATCH_BYTES, BATCHES_AHEAD, Batcher } from "./ring-batch.ts";

function setUp(): { batcher: Batcher; posted: ArrayBuffer[]; state: { taken: number; fullness: number } } {
  const posted: ArrayBuffer[] = [];
  const state = { taken: 0, fullness: 0 };
  const batcher = new Batcher({
    ahead: () => posted.length - state.taken,
    post: (batch) => posted.push(batch),
    fullness: () => state.fullness,
  });
  return { batcher, posted, state };
}

const LARGE = new Uint8Array(BATCH_BYTES / 2);

test("records are handed over together, in batches of their exact size", () => {
  const { batcher, posted } = setUp();
  assert.equal(batcher.flush(), true);
  batcher.take(Uint8Array.of(1, 2));
  batcher.take(Uint8Array.of(3));
  assert.equal(batcher.flush(), true);
  assert.deepEqual(
    posted.map((batch) => Array.from(new Uint8Array(batch))),
    [[1, 2, 3]],
  );
});

test("no batch is longer than its limit", () => {
  const { batcher, posted } = setUp();
  for (let count = 0; count < 7; count++) assert.equal(batcher.take(LARGE), "taken");
  batcher.flush();
  assert.deepEqual(
    posted.map((batch) => batch.byteLength / LARGE.length),
    [2, 2, 2, 1],
  );
});

test("while the owner is behind, records wait in the ring; past half full they are shed and counted", () => {
  const { batcher, posted, state } = setUp();
  while (batcher.take(LARGE) === "taken");
  assert.equal(posted.length, BATCHES_AHEAD);
  assert.equal(batcher.flush(), false);
  state.fullness = 0.6;
  assert.equal(batcher.take(LARGE), "taken");
  assert.equal(batcher.shed, 1);
  state.taken++;
  assert.equal(batcher.take(LARGE), "taken");
  assert.deepEqual([batcher.shed, posted.length], [1, BATCHES_AHEAD + 1]);
});
