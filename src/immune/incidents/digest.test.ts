import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Evidence } from "../../core/action.ts";
import { DIGEST, digest } from "./digest.ts";

const ENTITY = "p:1@1";

function fact(parts: Partial<Evidence>): Evidence {
  return { atMs: 0, agent: "a", kind: "lineage", entity: ENTITY, weight: 1, says: "x", numbers: {}, ...parts };
}

test("a repeated fact is one, at its first time and full weight, with how often", () => {
  const pieces = [
    fact({ atMs: 1, weight: 0.4, entity: "p:2@2" }),
    fact({ atMs: 2, weight: 0.04, entity: "p:3@3", numbers: { times: 14 } }),
  ];
  const { evidence, leftOut } = digest(pieces, ENTITY, 2);
  assert.deepEqual(
    evidence.map(({ atMs, weight, says }) => [atMs, weight, says]),
    [[1, 0.4, "x (14 times)"]],
  );
  assert.equal(leftOut, 0);
});

test("the strongest of each kind on the process itself stays, however strong and late what others did", () => {
  const own = [fact({ kind: "destination", weight: 0.2, says: "own" }), fact({ weight: 0.1, says: "own too" })];
  const others = Array.from({ length: 20 }, (_, i) => fact({ atMs: 60_000, entity: "p:2@2", says: `other ${i}` }));
  const { foremost, evidence, leftOut } = digest([...others, ...own], ENTITY, 60_000);
  assert.equal(foremost.length, DIGEST.foremost);
  assert.equal(evidence.length, 22);
  assert.deepEqual(
    foremost.slice(0, 2).map(({ says }) => says),
    ["own", "own too"],
  );
  assert.equal(leftOut, 0);
});

test("of others' facts those stay that have most of their weight left", () => {
  const strongButOld = Array.from({ length: 8 }, (_, i) => fact({ entity: "p:2@2", says: `old ${i}` }));
  const late = fact({ atMs: 300_000, entity: "p:2@2", weight: 0.5, says: "late" });
  const { foremost } = digest([...strongButOld, late], ENTITY, 300_000);
  assert.equal(foremost.length, DIGEST.foremost);
  assert.equal(foremost.at(-1)?.says, "late");
});

test("property: in order of time, each fact once, at most 24, eight of them foremost, none lost uncounted", () => {
  const piece = fc.record({
    atMs: fc.nat(1_000_000),
    kind: fc.constantFrom("lineage", "destination", "fresh-file"),
    entity: fc.constantFrom(ENTITY, "p:2@2"),
    weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
    says: fc.constantFrom(..."abcdefghijkl"),
  });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const { evidence, foremost, leftOut } = digest(pieces.map(fact), ENTITY, 1_000_000);
      const names = evidence.map(({ kind, says }) => `${kind} ${says}`);
      const times = evidence.map(({ atMs }) => atMs);
      assert.equal(new Set(names).size, names.length);
      assert.ok(names.length <= DIGEST.facts);
      assert.deepEqual(foremost.length, Math.min(DIGEST.foremost, names.length));
      assert.ok(foremost.every((item) => evidence.includes(item)));
      assert.equal(names.length + leftOut, new Set(pieces.map(({ kind, says }) => `${kind} ${says}`)).size);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
    }),
  );
});

test("pieces of one fact, known by its number, are one: at its first time, in the words of the last", () => {
  const pieces = [
    fact({ atMs: 1, says: "x was run 17 s after it was written", numbers: { fact: 3 } }),
    fact({ atMs: 9, says: "x was run, last 3 min after it was written", numbers: { fact: 3, times: 5 } }),
    fact({ atMs: 9, says: "another", numbers: { fact: 4 } }),
  ];
  const { evidence } = digest(pieces, ENTITY, 9);
  assert.deepEqual(
    evidence.map(({ atMs, says }) => [atMs, says]),
    [
      [1, "x was run, last 3 min after it was written (5 times)"],
      [9, "another"],
    ],
  );
});
