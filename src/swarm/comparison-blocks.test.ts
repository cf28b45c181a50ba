import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { seededRandom } from "../core/random.ts";
import { blockOrder, pairOf, pairOrder } from "./comparison-blocks.ts";

test("a block is A B B A, and either may be A", () => {
  const random = seededRandom(1);
  const seen = new Set(Array.from({ length: 50 }, () => blockOrder(random).join(" ")));
  assert.deepEqual([...seen].sort(), [
    "candidate incumbent incumbent candidate",
    "incumbent candidate candidate incumbent",
  ]);
  assert.equal(new Set(Array.from({ length: 50 }, () => pairOrder(random).join(" "))).size, 2);
});

test("drift that is even over a block cancels", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: -1000, max: 1000 }),
      fc.integer({ min: -1000, max: 1000 }),
      (seed, start, drift) => {
        const order = blockOrder(seededRandom(seed));
        const { incumbent, candidate } = pairOf(
          order,
          order.map((_, at) => start + drift * at),
        );
        assert.equal(incumbent, candidate);
      },
    ),
  );
});

test("a failed measurement makes its side's value one that is not a number", () => {
  const pair = pairOf(["candidate", "incumbent", "incumbent", "candidate"], [1, 2, 4, Number.NaN]);
  assert.equal(pair.incumbent, 3);
  assert.ok(Number.isNaN(pair.candidate));
});
