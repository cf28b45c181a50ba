import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { countQuorum, type QuorumRule } from "./quorum.ts";

const rule: QuorumRule = { concentration: 1.5, kinds: 2, leastOfAKind: 0.2, mostOfAKind: 1 };
const sources = fc
  .dictionary(
    fc.constantFrom("lineage", "fresh-file", "destination", "rule"),
    fc.double({ min: 0, max: 20, noNaN: true }),
  )
  .map((amounts) => new Map(Object.entries(amounts)));

test("one source alone is no quorum, however loud", () => {
  const verdict = countQuorum(new Map([["lineage", 100]]), rule);
  assert.deepEqual(verdict, { reached: false, concentration: 1, kinds: ["lineage"] });
});

test("two kinds that are strong enough together are", () => {
  const verdict = countQuorum(
    new Map([
      ["lineage", 0.9],
      ["destination", 0.7],
    ]),
    rule,
  );
  assert.deepEqual(verdict.kinds, ["destination", "lineage"]);
  assert.equal(verdict.reached, true);
});

test("a stray hint beside a strong fact is not a second kind", () => {
  const verdict = countQuorum(
    new Map([
      ["lineage", 10],
      ["destination", 0.19],
    ]),
    { ...rule, concentration: 0.5 },
  );
  assert.deepEqual(verdict, { reached: false, concentration: 1, kinds: ["lineage"] });
});

test("more evidence never undoes a quorum, and order does not matter", () => {
  fc.assert(
    fc.property(sources, fc.double({ min: 0, max: 5, noNaN: true }), (bySource, more) => {
      const verdict = countQuorum(bySource, rule);
      const reversed = countQuorum(new Map([...bySource].reverse()), rule);
      assert.deepEqual(reversed, verdict);
      for (const [kind, amount] of bySource) {
        const stronger = countQuorum(new Map([...bySource, [kind, amount + more]]), rule);
        assert.ok(stronger.reached || !verdict.reached);
        assert.ok(stronger.concentration >= verdict.concentration - 1e-12);
      }
    }),
  );
});
