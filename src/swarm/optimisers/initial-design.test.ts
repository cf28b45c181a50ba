import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../core/random.ts";
import { InitialDesign } from "./initial-design.ts";

test("each run of strata visits every layer of every dimension once, each in another order", () => {
  const [size, strata] = [4, 12];
  const design = new InitialDesign(size, strata, new RandomStream(2));
  const row = new Float64Array(size);
  for (let run = 0; run < 5; run++) {
    const orders: number[][] = Array.from({ length: size }, () => []);
    for (let at = 0; at < strata; at++) {
      design.next(row);
      orders.forEach((order, i) => order.push(Math.floor((row[i] ?? 0) * strata)));
    }
    for (const order of orders)
      assert.deepEqual(
        order.toSorted((a, b) => a - b),
        Array.from({ length: strata }, (_, layer) => layer),
      );
    assert.equal(new Set(orders.map((order) => order.join())).size, size);
  }
});
