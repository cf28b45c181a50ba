import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { surpriseBits, surpriseWeight } from "./surprise.ts";

const count = fc.integer({ min: 0, max: 1_000_000 });

test("an unknown host, and one where everything is new, surprise nobody", () => {
  assert.equal(surpriseBits({ total: 0, once: 0 }), 0);
  fc.assert(
    fc.property(count, (n) => surpriseWeight({ total: n, once: n }) === 0),
    { seed: 1 },
  );
});

test("a first is ordinary after 6 repeats of the same, and fully strange after 31", () => {
  assert.equal(surpriseWeight({ total: 7, once: 0 }), 0);
  assert.ok(surpriseWeight({ total: 8, once: 0 }) > 0);
  assert.ok(surpriseWeight({ total: 30, once: 0 }) < 1);
  assert.equal(surpriseWeight({ total: 31, once: 0 }), 1);
});

test("a weight lies between 0 and 1, grows with what was seen and falls with what was seen once", () => {
  fc.assert(
    fc.property(count, count, (total, once) => {
      const weight = surpriseWeight({ total, once });
      assert.ok(weight >= 0 && weight <= 1);
      assert.ok(surpriseWeight({ total: total + 1, once: Math.min(once, total) }) >= surpriseWeight({ total, once }));
      assert.ok(surpriseWeight({ total, once: once + 1 }) <= weight);
    }),
    { seed: 2 },
  );
});
