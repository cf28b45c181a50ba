import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { goldenStride } from "./golden-stride.ts";

test("visits every place once before it returns", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (size) => {
      const stride = goldenStride(size);
      const seen = new Set<number>();
      for (let at = 0; !seen.has(at); at = (at + stride) % size) seen.add(at);
      assert.equal(seen.size, size);
    }),
  );
});

test("a run of eight steps leaves no half of the places out", () => {
  for (const size of [64, 1000, 4096, 65_536]) {
    const stride = goldenStride(size);
    const run = Array.from({ length: 8 }, (_, step) => (step * stride) % size).sort((a, b) => a - b);
    const gaps = run.map((at, index) => ((run[index + 1] ?? size + (run[0] ?? 0)) - at) / size);
    assert.ok(Math.max(...gaps) < 0.25, `${size}: ${gaps.join(" ")}`);
  }
});
