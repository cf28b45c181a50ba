import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Doers } from "./doers.ts";
import { Novelty, NOVELTY } from "./novelty.ts";

const CIRCLES = [
  { subject: "narrow", factor: 1 },
  { subject: "wide", factor: 0.6 },
];

function context(nowMs: number, danger = 0) {
  return { nowMs, field: { concentration: () => danger, bySource: () => new Map<string, number>() } };
}

function steady(novelty: Novelty, subject: string, times: number): void {
  for (let i = 0; i < times; i++) novelty.observe([{ subject, factor: 1 }], "usual", "p:1@1", context(0));
}

test("a subject seen too little is judged by the wider circle, at its weight", () => {
  const novelty = new Novelty();
  steady(novelty, "wide", 40);
  const surprise = novelty.observe(CIRCLES, "new", "p:1@1", context(0));
  assert.equal(surprise?.subject, "wide");
  assert.equal(surprise.weight, 0.6);
  assert.equal(novelty.observe(CIRCLES, "usual", "p:1@1", context(0)), undefined);
});

test("new in a narrow circle but known in the wider one is half as strange", () => {
  const novelty = new Novelty();
  steady(novelty, "narrow", 40);
  novelty.observe([{ subject: "wide", factor: 1 }], "new", "p:1@1", context(0));
  assert.equal(novelty.observe(CIRCLES, "new", "p:1@1", context(0))?.weight, NOVELTY.knownWider);
});

test("a first surprises for ten minutes, and is learned at its next return if nothing came of it", () => {
  const novelty = new Novelty();
  steady(novelty, "narrow", 40);
  const at = (nowMs: number, danger = 0): boolean =>
    novelty.observe(CIRCLES, "new", "p:1@1", context(nowMs, danger)) !== undefined;
  assert.equal(at(0), true);
  assert.equal(at(NOVELTY.probationMs - 1), true);
  assert.equal(at(NOVELTY.probationMs, 2), true, "it was part of something dangerous");
  assert.equal(at(NOVELTY.probationMs + 1), false);
  assert.equal(at(NOVELTY.probationMs + 2), false);
});

test("who is in danger teaches nothing", () => {
  const novelty = new Novelty();
  for (let i = 0; i < 50; i++) novelty.observe(CIRCLES, "bad", "p:1@1", context(0, 2));
  assert.deepEqual(
    novelty.remember(() => true),
    [],
  );
});

test("what is kept at hand is judged and learned exactly as what is looked up by name, also when it is forgotten meanwhile", () => {
  const step = fc.record({
    who: fc.nat(3),
    // Few enough to come again, many enough for some to be forgotten (the limit is 128 kinds a subject).
    kind: fc.oneof({ weight: 3, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: fc.nat(400) }),
    danger: fc.constantFrom(0, 0, 0, 2),
    waits: fc.constantFrom(0, 1, NOVELTY.probationMs),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 300, maxLength: 1200 }), (steps) => {
      const quick = new Novelty();
      const plain = new Novelty();
      const doers = new Doers();
      let nowMs = 0;
      for (const { who, kind: number, danger, waits } of steps) {
        nowMs += waits;
        const kind = `kind-${number}`;
        const circles = [
          { subject: `program-${who}`, factor: who === 3 ? 0 : 1 },
          { subject: "host", factor: 0.6 },
        ];
        const doer = doers.named("/", `program-${who}`);
        const expected = plain.observe(circles, kind, "p:1@1", context(nowMs, danger));
        if (quick.isUsual(doer, number, "p:1@1", context(nowMs, danger))) {
          assert.equal(expected, undefined);
          continue;
        }
        const surprise = quick.observe(circles, kind, "p:1@1", context(nowMs, danger));
        assert.deepEqual(surprise, expected);
        if (surprise === undefined) quick.keepAtHand(doer, number, circles, kind);
      }
      assert.deepEqual(
        quick.remember(() => true),
        plain.remember(() => true),
      );
    }),
    { seed: 11, numRuns: 40 },
  );
});
