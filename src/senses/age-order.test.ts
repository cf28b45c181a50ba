import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Aged, AgeOrder } from "./age-order.ts";

interface Item extends Aged<Item> {
  readonly id: number;
}

test("property: over any additions and removals the order is that of an array", () => {
  const steps = fc.array(fc.record({ add: fc.boolean(), which: fc.nat(), other: fc.boolean() }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (todo) => {
      const orders = [new AgeOrder<Item>(), new AgeOrder<Item>()] as const;
      const models: readonly [Item[], Item[]] = [[], []];
      for (const [id, { add, which, other }] of todo.entries()) {
        const side = other ? 1 : 0;
        const model = models[side];
        const [known] = model.splice(which % Math.max(1, model.length), 1);
        if (known !== undefined) orders[side].remove(known);
        // What was taken out goes to the young end of the other order, as a process that ends does.
        const item = known ?? { id, older: undefined, younger: undefined };
        if (add || known === undefined) {
          orders[1 - side]?.addYoungest(item);
          models[1 - side]?.push(item);
        }
        for (const at of [0, 1] as const)
          assert.deepEqual(
            idsOf(orders[at]),
            models[at].map(({ id: each }) => each),
          );
      }
    }),
  );
});

function idsOf(order: AgeOrder<Item>): number[] {
  const ids: number[] = [];
  for (let item = order.oldest; item !== undefined; item = item.younger) ids.push(item.id);
  return ids;
}
