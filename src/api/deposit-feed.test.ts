import assert from "node:assert/strict";
import { test } from "node:test";
import { DepositFeed, KEPT_DEPOSITS } from "./deposit-feed.ts";

test("each deposit is told once to those who look on, and the latest to one who comes late", () => {
  const feed = new DepositFeed();
  for (let seq = 1; seq <= 5; seq++) feed.add({ seq });
  assert.deepEqual(
    feed.next().map(({ seq }) => seq),
    [1, 2, 3, 4, 5],
  );
  feed.add({ seq: 5 });
  feed.add({ seq: 6 });
  assert.deepEqual(feed.next(), [{ seq: 6 }]);
  assert.deepEqual(feed.next(), []);
  assert.equal(feed.latest().length, 6);
});

test("a flood is cut to the latest, and its numbers show how many were left out", () => {
  const feed = new DepositFeed();
  for (let seq = 1; seq <= 10_000; seq++) feed.add({ seq });
  const told = feed.next();
  assert.equal(told.length, KEPT_DEPOSITS);
  assert.equal(told.at(-1)?.seq, 10_000);
  assert.equal(feed.total, 10_000);
});
