import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { ProcessRow } from "../src/core/live.ts";
import { pidOf, shownBranches, walk } from "./tree.ts";

function processes(pairs: readonly (readonly [pid: number, parent: number])[]): Map<string, ProcessRow> {
  const keyOf = (pid: number): string => `p:${pid}@${pid}`;
  return new Map(
    pairs.map(([pid, parent]) => [
      keyOf(pid),
      { key: keyOf(pid), parent: keyOf(parent), comm: `c${pid}`, path: "", cgroup: "", uid: 0 },
    ]),
  );
}

const ALL = { folded: new Set<string>(), wanted: "", hotOnly: false, heat: new Map() };
const drawn = (branches: ReturnType<typeof shownBranches>): string =>
  branches.map(({ row, depth }) => `${" ".repeat(depth)}${pidOf(row.key)}`).join("\n");

const FAMILY = walk(
  processes([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [5, 4],
    [6, 9],
  ]),
);

test("children stand below their parents, the oldest first; whose parent is not known stands at the edge", () => {
  assert.equal(drawn(FAMILY), "1\n 2\n  4\n   5\n 3\n6");
  assert.deepEqual(
    FAMILY.map(({ below }) => below),
    [4, 2, 1, 0, 0, 0],
  );
});

test("a folded branch hides what is below, a filter shows what it finds with its ancestors", () => {
  assert.equal(drawn(shownBranches(FAMILY, { ...ALL, folded: new Set(["p:2@2"]) })), "1\n 2\n 3\n6");
  assert.equal(drawn(shownBranches(FAMILY, { ...ALL, wanted: "C5" })), "1\n 2\n  4\n   5");
  const heat = new Map([["p:3@3", { pheromone: "danger", concentration: 1 }]]);
  assert.equal(drawn(shownBranches(FAMILY, { ...ALL, hotOnly: true, heat })), "1\n 3");
});

test("every process stands in the walk once, whatever its parent is said to be, and what is below is counted", () => {
  const pair = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 }));
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      // A parent is older than its child.
      const known = processes(pairs.map(([a, b]) => [Math.max(a, b + 1), Math.min(a, b)]));
      const all = walk(known);
      assert.deepEqual(all.map(({ row }) => row.key).sort(), [...known.keys()].sort());
      all.forEach(({ depth, below }, at) => {
        const behind = all.slice(at + 1);
        const end = behind.findIndex((other) => other.depth <= depth);
        assert.equal(below, end < 0 ? behind.length : end);
      });
    }),
  );
});
