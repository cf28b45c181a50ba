import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Evidence } from "../../core/action.ts";
import { countQuorum } from "../../swarm/quorum.ts";
import { distinctDeeds } from "./distinct-deeds.ts";
import { QUORUM } from "./quorum-rule.ts";

const AT = 1_700_000_000_000;
const RULE = QUORUM.danger;
const KINDS = ["rule", "persistence", "lineage", "fresh-file"] as const;

type Word = readonly [kind: string, weight: number, deeds: readonly string[], bundled?: boolean];

const evidenceOf = (words: readonly Word[]): Evidence[] =>
  words.map(([kind, weight, deeds, bundled = false]) => ({
    atMs: AT,
    agent: kind,
    kind,
    entity: "p:1@1",
    weight,
    says: "",
    numbers: {},
    deeds,
    bundled,
  }));

function amountsOf(words: readonly Word[]): Map<string, number> {
  const amounts = new Map<string, number>();
  for (const [kind, weight] of words) amounts.set(kind, (amounts.get(kind) ?? 0) + weight);
  return amounts;
}

function counted(words: readonly Word[]): ReturnType<typeof countQuorum> {
  const count = (amounts: ReadonlyMap<string, number>): ReturnType<typeof countQuorum> => countQuorum(amounts, RULE);
  return count(distinctDeeds(amountsOf(words), evidenceOf(words), { trace: "danger", wallMs: AT }, count));
}

const weight = fc.double({ min: 0.05, max: 1, noNaN: true });
const word = fc.tuple(
  fc.constantFrom(...KINDS),
  weight,
  fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1, maxLength: 2 }),
) satisfies fc.Arbitrary<Word>;
const words = fc.array(word, { minLength: 1, maxLength: 12 });

test("one deed is one kind, however many agents speak of it", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...KINDS), weight), { minLength: 1, maxLength: 8 }), (told) => {
      const all = told.map(([kind, much]): Word => [kind, much, ["the write"]]);
      const { reached, kinds, concentration } = counted(all);
      assert.equal(reached, false);
      assert.ok(kinds.length <= 1);
      assert.ok(concentration <= RULE.mostOfAKind);
      // The strongest is kept whole.
      const most = Math.max(...amountsOf(all).values());
      assert.ok(most < RULE.leastOfAKind || Math.abs(concentration - Math.min(1, most)) < 1e-9);
    }),
  );
});

test("there are never more kinds than deeds, nor more than was told, and nothing that was not told", () => {
  fc.assert(
    fc.property(words, (told) => {
      const { kinds, concentration } = counted(told);
      const plain = countQuorum(amountsOf(told), RULE);
      assert.ok(kinds.length <= new Set(told.flatMap(([, , deeds]) => deeds)).size);
      assert.ok(kinds.every((kind) => plain.kinds.includes(kind)));
      assert.ok(concentration <= plain.concentration + 1e-9);
    }),
  );
});

test("kinds that speak of different deeds count as they did", () => {
  fc.assert(
    fc.property(words, (told) => {
      const apart = told.map(([kind, much, deeds]): Word => [kind, much, deeds.map((deed) => `${kind} ${deed}`)]);
      assert.deepEqual(counted(apart), countQuorum(amountsOf(apart), RULE));
    }),
  );
});

test("the order in which it was told changes nothing", () => {
  fc.assert(
    fc.property(words, fc.nat(11), (told, turn) => {
      const [one, other] = [counted(told), counted([...told.slice(turn), ...told.slice(0, turn)])];
      assert.equal(one.reached, other.reached);
      assert.ok(Math.abs(one.concentration - other.concentration) < 1e-9);
    }),
  );
});

test("what a kind saw besides is its own: two kinds, two deeds", () => {
  const { reached, kinds } = counted([
    ["rule", 0.7, ["exec"]],
    ["rule", 0.7, ["write"]],
    ["persistence", 0.9, ["write"]],
  ]);
  assert.deepEqual([reached, kinds], [true, ["persistence", "rule"]]);
});

test("who agrees about forty files agrees about one", () => {
  const told = Array.from({ length: 10 }, (_, at): Word[] => [
    ["rule", 0.4, [`file ${at}`]],
    ["persistence", 0.9, [`file ${at}`]],
  ]).flat();
  assert.deepEqual(counted(told).kinds.length, 1);
});

test("a fact about many files is no other deed than a word about one of them", () => {
  const told: Word[] = [
    ["rule", 0.9, ["file 3"]],
    ["mass-rewrite", 0.9, ["file 1", "file 2", "file 3"]],
    ["persistence", 0.9, ["file 2"]],
  ];
  assert.equal(counted(told).reached, false);
});

test("what sums up several facts is a bundle of deeds, and no bridge between them", () => {
  const { reached, kinds } = counted([
    ["rule", 1, ["exec", "write"], true],
    ["persistence", 1, ["write"]],
  ]);
  assert.deepEqual([reached, kinds], [true, ["persistence", "rule"]]);
});
