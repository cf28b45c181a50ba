import assert from "node:assert/strict";
import { test } from "node:test";
import { turnOrder } from "./turns.ts";

const ARMS = ["A", "B", "C"];

test("every round has every arm once", () => {
  for (let round = 0; round < 12; round++) assert.deepEqual(turnOrder(ARMS, round).toSorted(), ARMS);
});

test("over twice as many rounds as arms each arm stands at each place equally often", () => {
  for (const arm of ARMS) {
    const places = Array.from({ length: 6 }, (_, round) => turnOrder(ARMS, round).indexOf(arm));
    assert.deepEqual(places.toSorted(), [0, 0, 1, 1, 2, 2]);
  }
});
