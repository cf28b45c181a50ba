import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { RandomStream } from "../../core/random.ts";
import { CallBitmap, callCode, newCallWindow, shrunkMean, type MeanPrior } from "./call-bitmap.ts";
import { type SequenceOutcome, refuteForKernel, withSequenceInC } from "./sequence-in-c.fixture.ts";
import { SEQUENCE_VECTORS, VECTOR_PRIOR } from "./sequence-vectors.fixture.ts";

for (const { says, learn, check, ...expected } of SEQUENCE_VECTORS)
  test(`vector: ${says}`, () => assert.deepEqual(outcome(VECTOR_PRIOR, [learn], check), expected));

test("bpf/sequence.h comes to the vectors too", (t) => {
  const ran = withSequenceInC((run) => {
    for (const { says, learn, check, ...expected } of SEQUENCE_VECTORS)
      assert.deepEqual(run(VECTOR_PRIOR, [learn], check), expected, says);
    return true;
  });
  if (ran === undefined) t.skip("needs cc");
});

test("bpf/sequence.h and the bitmap agree on long streams, past the halving of counts", (t) => {
  const random = new RandomStream(7);
  const calls = (count: number, kinds: number): number[] => Array.from({ length: count }, () => random.below(kinds));
  const learn = [calls(9000, 12), calls(4000, 462), calls(500, 2 * 65_536)];
  const check = [...calls(70_000, 12), ...calls(70_000, 9)];
  const ran = withSequenceInC((run) => {
    assert.deepEqual(outcome(VECTOR_PRIOR, learn, check), run(VECTOR_PRIOR, learn, check));
    return true;
  });
  if (ran === undefined) t.skip("needs cc");
});

test("bpf/sequence.h compiles for the kernel without a warning", (t) => {
  const says = refuteForKernel();
  if (says === undefined) return t.skip("needs clang with the bpf target");
  assert.equal(says, "");
});

test("what was learned is known, whatever is learned after it", () => {
  const calls = fc.array(fc.nat(511), { maxLength: 60 });
  fc.assert(
    fc.property(calls, calls, (first, second) => {
      const { verdicts, misses } = outcome(VECTOR_PRIOR, [first, second], first);
      assert.equal(misses, 0);
      assert.ok(!verdicts.includes("n"));
    }),
  );
});

test("the running mean begins at the prior and goes to what is seen", () => {
  const prior = { share: 6554, windows: 64 };
  assert.equal(shrunkMean(newCallWindow(), prior), 6554);
  assert.equal(shrunkMean({ ...newCallWindow(), windows: 64, misses: 64 }, prior), Math.floor((65_536 + 6554) / 2));
  assert.equal(shrunkMean(newCallWindow(), { share: 1, windows: 0 }), 0);
  assert.ok(shrunkMean({ ...newCallWindow(), windows: 60_000 }, prior) < 10);
});

test("fill is the share of bits set; a snapshot is a copy", () => {
  const bitmap = new CallBitmap();
  const task = newCallWindow();
  for (let call = 0; call < 7; call++) bitmap.step(task, call, true);
  assert.equal(bitmap.fill, 1 / 65_536);
  bitmap.snapshot().fill(0xffff_ffff);
  assert.equal(bitmap.fill, 1 / 65_536);
  assert.equal(new CallBitmap(new Uint32Array(2048).fill(0xffff_ffff)).fill, 1);
  assert.throws(() => new CallBitmap(new Uint32Array(3)), RangeError);
});

function outcome(prior: MeanPrior, learn: readonly (readonly number[])[], check: readonly number[]): SequenceOutcome {
  const bitmap = new CallBitmap();
  const stepped = (calls: readonly number[], isLearning: boolean): SequenceOutcome => {
    const task = newCallWindow();
    const letters = calls.map((call) => bitmap.step(task, callCode(call & 65_535, call > 65_535), isLearning)[0]);
    const bits = [...bitmap.snapshot()].flatMap((word, at) => bitsOf(word).map((bit) => 32 * at + bit));
    return {
      verdicts: letters.join(""),
      windows: task.windows,
      misses: task.misses,
      mean: shrunkMean(task, prior),
      bits,
    };
  };
  for (const calls of learn) stepped(calls, true);
  return stepped(check, false);
}

const bitsOf = (word: number): number[] =>
  Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (word >>> bit) & 1);
