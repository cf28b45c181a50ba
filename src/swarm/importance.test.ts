import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { RandomStream } from "../core/random.ts";
import { importanceOf } from "./importance.ts";
import { growForest, predict } from "./regression-forest.ts";

function sample(
  seed: number,
  dims: number,
  count: number,
  of: (point: readonly number[]) => number,
): Parameters<typeof importanceOf> {
  const random = new RandomStream(seed);
  const points = Array.from({ length: count }, () => Array.from({ length: dims }, () => random.next()));
  return [points, points.map(of), random];
}

test("what matters is told from what does not", () => {
  const found = importanceOf(...sample(1, 3, 200, ([a = 0, b = 0]) => 3 * a + b));
  assert.ok(found !== undefined);
  const [a = 0, b = 0, c = 0] = found.alone;
  // 9 : 1 by the variances of 3a and b.
  assert.ok(Math.abs(a - 0.9) < 0.08 && Math.abs(b - 0.1) < 0.07 && c < 0.02, JSON.stringify(found));
  assert.ok(found.explained > 0.9);
});

test("what only works together is told as such", () => {
  const found = importanceOf(...sample(2, 2, 300, ([a = 0, b = 0]) => (a > 0.5 === b > 0.5 ? 1 : 0)));
  assert.ok(found !== undefined && found.together > 0.7, JSON.stringify(found));
});

test("noise is not explained", () => {
  const noise = new RandomStream(9);
  const found = importanceOf(...sample(3, 3, 100, () => noise.normal()));
  assert.ok(found !== undefined && found.explained < 0.15, JSON.stringify(found));
});

test("too few points, or none that differ, say nothing", () => {
  assert.equal(importanceOf(...sample(4, 2, 7, ([a = 0]) => a)), undefined);
  assert.equal(importanceOf(...sample(4, 2, 50, () => 3)), undefined);
});

test("the boxes of a tree fill the cube once, and shares are shares", () => {
  const coordinate = fc.double({ min: 0, max: 1, noNaN: true });
  const rows = fc.array(fc.tuple(fc.array(coordinate, { minLength: 2, maxLength: 2 }), fc.integer()), {
    minLength: 8,
    maxLength: 40,
  });
  fc.assert(
    fc.property(rows, fc.nat(), fc.tuple(coordinate, coordinate), (data, seed, at) => {
      const points = data.map(([point]) => point);
      const values = data.map(([, value]) => value);
      const { trees } = growForest({ points, values }, new RandomStream(seed));
      for (const tree of trees) {
        const volume = tree.reduce(
          (sum, { low, high }) => sum + low.reduce((product, begin, dim) => product * ((high[dim] ?? 0) - begin), 1),
          0,
        );
        assert.ok(Math.abs(volume - 1) < 1e-9);
        const said = predict(tree, at);
        assert.ok(said >= Math.min(...values) && said <= Math.max(...values));
      }
      const found = importanceOf(points, values, new RandomStream(seed));
      for (const share of found?.alone ?? []) assert.ok(share >= -1e-9 && share <= 1 + 1e-9);
    }),
    { numRuns: 40 },
  );
});
