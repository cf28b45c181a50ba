import assert from "node:assert/strict";
import { test } from "node:test";
import { type Heap, HEAP_CARE, HeapCare } from "./heap-care.ts";

/** A heap that is as large as the test says, and falls to `left` when it is collected. */
function heapOf(left: number): Heap & { used: number; collected: number } {
  const heap = {
    used: left,
    collected: 0,
    usedBytes: () => heap.used,
    collect: () => {
      heap.collected++;
      heap.used = left;
    },
  };
  return heap;
}

test("a heap is collected soon after a start, then when it has grown, and not often", () => {
  const heap = heapOf(20 << 20);
  const care = new HeapCare(heap);
  assert.equal(care.turn(1000), false);
  assert.equal(care.turn(1000 + HEAP_CARE.firstMs - 1), false);
  assert.equal(care.turn(1000 + HEAP_CARE.firstMs), true);
  heap.used += HEAP_CARE.grownBytes;
  assert.equal(care.turn(1000 + HEAP_CARE.firstMs + HEAP_CARE.leastMs - 1), false);
  assert.equal(care.turn(1000 + HEAP_CARE.firstMs + HEAP_CARE.leastMs), true);
  assert.equal(care.turn(1000 + HEAP_CARE.firstMs + 3 * HEAP_CARE.leastMs), false, "nothing has grown");
  assert.equal(heap.collected, 2);
});

test("the heap of this process can be collected", () => {
  const care = new HeapCare();
  const garbage: { kept: object[] | undefined } = { kept: Array.from({ length: 200_000 }, (_, at) => ({ at })) };
  care.turn(0);
  const before = process.memoryUsage().heapUsed;
  garbage.kept = undefined;
  assert.equal(care.turn(HEAP_CARE.firstMs), true);
  assert.ok(process.memoryUsage().heapUsed < before - (2 << 20));
  assert.equal("gc" in globalThis, process.execArgv.includes("--expose-gc"));
});
