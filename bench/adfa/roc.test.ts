import assert from "node:assert/strict";
import { test } from "node:test";
import { auc, aucInterval, detection, type Scored } from "./roc.ts";

const scored = (scores: readonly number[], of = 1): Scored[] =>
  scores.map((score, index) => ({ score, session: `${Math.floor(index / of)}` }));

test("the area is the share of pairs in which the attack is stranger, ties for half", () => {
  assert.equal(auc(scored([1, 2]), scored([3, 4])), 1);
  assert.equal(auc(scored([3, 4]), scored([1, 2])), 0);
  assert.equal(auc(scored([1, 2, 2, 5]), scored([2, 3])), (1 + 2 / 2 + 3) / 8);
});

test("the interval holds the area, and is wider where attacks come in sessions", () => {
  const normal = scored(Array.from({ length: 200 }, (_, i) => i));
  const attacks = Array.from({ length: 60 }, (_, i) => 60 + 20 * Math.floor(i / 10));
  const alone = aucInterval(normal, scored(attacks), 300);
  const bySession = aucInterval(normal, scored(attacks, 10), 300);
  assert.ok(alone.min < alone.median && alone.median < alone.max);
  assert.ok(bySession.max - bySession.min > 1.3 * (alone.max - alone.min));
});

test("detection counts attacks above a threshold that no more normal traces pass than allowed", () => {
  const normal = scored(Array.from({ length: 100 }, (_, i) => i));
  assert.equal(detection(normal, scored([89, 90, 99, 100]), 0.1), 3 / 4);
  assert.equal(detection(scored(Array.from({ length: 100 }, () => 5)), scored([5, 6]), 0.1), 1 / 2);
});
