import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { countQuorum } from "../../swarm/quorum.ts";
import { MODULATION, modulated } from "./modulation.ts";
import { YOUNG_FACTOR } from "../evidence/processes/lineage.ts";
import { QUORUM } from "../quorum/quorum-rule.ts";

const RULE = QUORUM.danger;
const STRAY = RULE.leastOfAKind;
const factors = fc.double({ min: MODULATION.least, max: MODULATION.most, noNaN: true });
const amounts = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.double({ min: 0, max: 1, noNaN: true }));

const reached = (bySource: ReadonlyMap<string, number>): boolean => countQuorum(bySource, RULE).reached;

test("by hand: what is weak is scaled, what is strong stays, a hint stays a hint", () => {
  const facts = new Map([
    ["a", 0.6],
    ["b", 0.9],
  ]);
  assert.deepEqual([...modulated(facts, 0.5, STRAY).values()], [0.3, 0.9]);
  assert.deepEqual([...modulated(facts, 1.5, STRAY).values()], [MODULATION.strong, 0.9]);
  assert.deepEqual([...modulated(new Map([["a", 0.14]]), 1.5, STRAY).values()], [0.14]);
});

test("three kinds are a quorum in any context, two of which one is weak are not", () => {
  const [a, b, c] = [0.6, 0.6, 0.5];
  assert.ok(reached(modulated(new Map(Object.entries({ a, b, c })), MODULATION.least, STRAY)));
  assert.ok(!reached(modulated(new Map(Object.entries({ a: 1, b })), MODULATION.least, STRAY)));
});

test("no context excuses two strong kinds, nor three that make a quorum without it", () => {
  fc.assert(
    fc.property(amounts, factors, (dictionary, factor) => {
      const facts = new Map(Object.entries(dictionary));
      const counted = [...facts.values()].filter((amount) => amount >= STRAY);
      const strong = counted.filter((amount) => amount >= MODULATION.strong).length >= 2;
      if (strong || (counted.length >= MODULATION.kinds && reached(facts)))
        assert.ok(reached(modulated(facts, factor, STRAY)));
    }),
    { numRuns: 2000, seed: 6 },
  );
});

test("no context makes a quorum of one kind, of stray hints, or of less than a concentration of 1", () => {
  fc.assert(
    fc.property(amounts, factors, (dictionary, factor) => {
      const facts = new Map(Object.entries(dictionary));
      const counted = [...facts.values()].filter((amount) => amount >= STRAY);
      const sum = counted.reduce((total, amount) => total + amount, 0);
      if (counted.length < RULE.kinds || sum < RULE.concentration / MODULATION.most - 1e-9)
        assert.ok(!reached(modulated(facts, factor, STRAY)));
    }),
    { numRuns: 2000, seed: 6 },
  );
});

test("three that speak are not lowered where two of them say the same, two are", () => {
  const counts = new Map([
    ["persistence", 0.7],
    ["remote-order", 0.85],
  ]);
  const told = new Map([...counts, ["rule", 0.7]]);
  assert.deepEqual(modulated(counts, 0.6, STRAY, told), counts);
  assert.ok((modulated(counts, 0.6, STRAY).get("persistence") ?? 1) < 0.5);
});

test("what a young program starts needs a third kind of evidence in whatever context", () => {
  for (const factor of [MODULATION.least, 1, MODULATION.most]) {
    const pair = new Map([
      ["fresh-file", 1],
      ["lineage", YOUNG_FACTOR.freshChild],
    ]);
    const counted = countQuorum(modulated(pair, factor, STRAY), RULE);
    assert.equal(counted.reached, false, String(factor));
  }
});
