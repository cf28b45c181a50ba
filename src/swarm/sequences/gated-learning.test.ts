import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../core/random.ts";
import { learnGated, type LearningGate, newShare } from "./gated-learning.ts";
import { medianSurprisal } from "./trace-score.ts";
import { WittenBellTrie } from "./witten-bell-trie.ts";

const GATE: LearningGate = { medianBits: 1, newShare: 0.1 };
const CHECKING = { isSuspected: false, isTolerant: false };
const HABIT = Array.from({ length: 200 }, (_, at) => at % 5);
const ATTACK = Array.from({ length: 60 }, (_, at) => 100 + ((at * at) % 37));

test("tolerant, everything is learned, but nothing from whom is under suspicion", () => {
  const trie = new WittenBellTrie();
  assert.equal(learnGated(trie, GATE, ATTACK, { isSuspected: true, isTolerant: true }), "suspected");
  assert.equal(trie.size, 0);
  assert.equal(learnGated(trie, GATE, ATTACK, { isSuspected: false, isTolerant: true }), "learned");
  assert.ok(trie.size > 0);
});

test("after the tolerant time habits are learned, surprises and too much that is new are not", () => {
  const trie = habitual();
  const before = trie.snapshot();
  assert.equal(learnGated(trie, GATE, ATTACK, CHECKING), "surprising");
  assert.equal(learnGated(trie, GATE, [...HABIT, ...ATTACK], CHECKING), "new");
  assert.equal(learnGated(trie, GATE, HABIT, { ...CHECKING, isSuspected: true }), "suspected");
  assert.deepEqual(trie.snapshot(), before);
  assert.equal(learnGated(trie, GATE, HABIT, CHECKING), "learned");
  trie.isFrozen = true;
  assert.equal(learnGated(trie, GATE, HABIT, CHECKING), "frozen");
});

test("slow drip: a block brings in at most its share of what is new, so an attack needs as many blocks as it has such shares", () => {
  const trie = habitual();
  const random = new RandomStream(3);
  let blocks = 0;
  while (newShare(trie, ATTACK) > 0 && blocks < 500) {
    const at = random.below(ATTACK.length - 8);
    const block = [...HABIT.slice(0, 100), ...ATTACK.slice(at, at + 8), ...HABIT.slice(0, 92)];
    const before = newShare(trie, block);
    const verdict = learnGated(trie, GATE, block, CHECKING);
    assert.equal(verdict, before > GATE.newShare ? "new" : "learned");
    blocks += 1;
  }
  // The gate slows the drip, it does not stop it: 8 calls among 192 pass.
  assert.ok(blocks >= Math.floor(ATTACK.length / (GATE.newShare * 200)), `${blocks}`);
  assert.ok(medianSurprisal(habitual(), ATTACK) > 3 * medianSurprisal(trie, ATTACK));
});

test("an empty block has nothing new", () => assert.equal(newShare(habitual(), []), 0));

function habitual(): WittenBellTrie {
  const trie = new WittenBellTrie();
  for (let i = 0; i < 10; i++) trie.learnAll(HABIT);
  return trie;
}
