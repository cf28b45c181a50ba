import assert from "node:assert/strict";
import { test } from "node:test";
import { abbaOrder } from "./rounds.ts";

test("arms alternate as A B B A, so that a steady drift weighs on both alike", () => {
  const order = abbaOrder(4);
  assert.equal(order.map(({ arm }) => arm).join(" "), "off on on off off on on off");
  assert.deepEqual(
    order.map(({ pair }) => pair),
    [0, 0, 1, 1, 2, 2, 3, 3],
  );
  const place = (arm: string): number => order.reduce((sum, each, i) => sum + (each.arm === arm ? i : 0), 0);
  assert.equal(place("off"), place("on"));
});
