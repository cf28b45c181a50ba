import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { RandomStream } from "../../core/random.ts";
import { medianSurprisal } from "./trace-score.ts";
import { WittenBellTrie } from "./witten-bell-trie.ts";

const streams = fc.array(fc.array(fc.nat(5), { maxLength: 40 }), { maxLength: 6 });

test("chances after any context sum to 1", () => {
  fc.assert(
    fc.property(streams, fc.array(fc.nat(6), { maxLength: 7 }), (learn, before) => {
      const trie = taught(learn);
      let sum = 0;
      for (let call = 0; call < 512; call++) sum += 2 ** -trie.surprisal([...before, call], before.length);
      assert.ok(Math.abs(sum - 1) < 1e-9, `${sum}`);
    }),
    { numRuns: 30 },
  );
});

test("surprisal is what Witten and Bell's method C gives by hand", () => {
  // After nothing: 1 and 2 once each. After 1: 2 once.
  const trie = taught([[1, 2]]);
  const first = (1 + 2 / 512) / 4;
  assert.ok(Math.abs(2 ** -trie.surprisal([1], 0) - first) < 1e-12);
  assert.ok(Math.abs(2 ** -trie.surprisal([1, 2], 1) - (1 + first) / 2) < 1e-12);
  assert.ok(Math.abs(2 ** -trie.surprisal([1, 9], 1) - 2 / 512 / 4 / 2) < 1e-12);
  assert.equal(new WittenBellTrie().surprisal([7], 0), 9);
});

test("a trie that is fed in pieces, saved and resumed is the one fed at once, pruning included", () => {
  fc.assert(
    fc.property(streams, fc.nat(), (learn, cut) => {
      const whole = taught(learn, 64);
      let pieces = new WittenBellTrie(64);
      const after = learn.length === 0 ? 0 : cut % learn.length;
      for (const [index, calls] of learn.entries()) {
        if (index === after) pieces = resumed(pieces);
        for (let at = 0; at < calls.length; at++) pieces.learn(calls, at);
      }
      assert.deepEqual(pieces.snapshot(), whole.snapshot());
      const probe = learn[after] ?? [];
      assert.equal(medianSurprisal(pieces, probe), medianSurprisal(whole, probe));
    }),
  );
});

test("no stream takes more memory than there is room for, and a habit outlives nonsense", () => {
  const random = new RandomStream(11);
  const habit = Array.from({ length: 400 }, (_, at) => at % 7);
  const trie = taught([habit], 2000);
  const known = medianSurprisal(trie, habit);
  let most = 0;
  for (let round = 0; round < 50; round++) {
    trie.learnAll(Array.from({ length: 400 }, () => random.below(512)));
    trie.learnAll(habit);
    const { contexts, counts } = trie.snapshot();
    most = Math.max(most, contexts.length, counts.length);
  }
  assert.ok(most <= 2000, `${most}`);
  assert.ok(most > 1000, `${most}`);
  assert.ok(medianSurprisal(trie, habit) < known + 0.5);
});

test("when room runs out, counts are halved, and what came once is gone", () => {
  const trie = taught([Array.from({ length: 100 }, () => 1)], 64);
  const before = new Map(trie.snapshot().counts.map(([context, call, times]) => [context * 512 + call, times]));
  for (let call = 2; trie.size + 6 <= 64; call++) trie.learn([call], 0);
  trie.learn([500], 0);
  const after = trie.snapshot().counts;
  assert.deepEqual(
    after.map(([context, call, times]) => [context, call, times]),
    [...[...before].map(([at, times]) => [Math.floor(at / 512), at % 512, times >>> 1]), [0, 500, 1]],
  );
});

test("a frozen trie learns nothing, and stays frozen when it is resumed", () => {
  const trie = taught([[1, 2, 3]]);
  trie.isFrozen = true;
  const before = trie.snapshot();
  trie.learnAll([4, 5, 6]);
  assert.deepEqual(trie.snapshot(), before);
  assert.equal(resumed(trie).isFrozen, true);
});

test("what came after its five predecessors is known, nothing else is", () => {
  const trie = taught([[1, 2, 3, 4, 5, 6]]);
  assert.equal(trie.knows([1, 2, 3, 4, 5, 6], 5), true);
  assert.equal(trie.knows([1, 2, 3, 4, 5, 7], 5), false);
  assert.equal(trie.knows([9, 2, 3, 4, 5, 6], 5), false);
  assert.equal(trie.knows([1, 2], 1), true);
});

test("a trie without room is refused", () => assert.throws(() => new WittenBellTrie(10), RangeError));

function taught(learn: readonly (readonly number[])[], capacity?: number): WittenBellTrie {
  const trie = new WittenBellTrie(capacity);
  for (const calls of learn) trie.learnAll(calls);
  return trie;
}

const resumed = (trie: WittenBellTrie): WittenBellTrie =>
  WittenBellTrie.restored(JSON.parse(JSON.stringify(trie.snapshot())));
