import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Dimension } from "../optimiser.ts";
import { Encoding } from "./encoding.ts";

const dimension: fc.Arbitrary<Dimension> = fc
  .record({
    low: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    width: fc.double({ min: 1.5, max: 1e6, noNaN: true }),
    log: fc.boolean(),
    integer: fc.boolean(),
  })
  .map(({ low, width, log, integer }) => {
    return { name: "x", low, high: low + width, scale: log ? "log" : "linear", integer };
  });

test("a point of the space is the one that its place in the cube stands for", () => {
  fc.assert(
    fc.property(dimension, fc.double({ min: 0, max: 1, noNaN: true }), (one, place) => {
      const encoding = new Encoding([one]);
      const [point = Number.NaN] = encoding.decode(Float64Array.of(place));
      assert.deepEqual(encoding.nearest([point]), [point]);
      const unit = new Float64Array(1);
      encoding.encode([point], unit);
      const [again = Number.NaN] = encoding.decode(unit);
      assert.ok(Math.abs(again - point) <= 1e-9 * Math.abs(point), `${again} is not ${point}`);
      if (one.integer !== true) assert.ok(Math.abs((unit[0] ?? 0) - place) < 1e-6);
    }),
  );
});

test("whole numbers have equal shares of the cube", () => {
  const encoding = new Encoding([{ name: "threads", low: 1, high: 4, integer: true }]);
  const counts = new Map<number, number>();
  for (let step = 0; step < 4000; step++) {
    const [point = 0] = encoding.decode(Float64Array.of((step + 0.5) / 4000));
    counts.set(point, (counts.get(point) ?? 0) + 1);
  }
  assert.deepEqual(
    [...counts].sort(),
    [1, 2, 3, 4].map((point) => [point, 1000]),
  );
  assert.equal(encoding.cell(0), 0.25);
});

test("on a logarithmic scale equal ratios are equal distances", () => {
  const encoding = new Encoding([{ name: "weight", low: 1, high: 10_000, scale: "log" }]);
  const points = [0, 0.25, 0.5, 0.75, 1].map((place) => encoding.decode(Float64Array.of(place))[0] ?? 0);
  assert.deepEqual(points.map(Math.round), [1, 10, 100, 1000, 10_000]);
});

test("places outside the cube stand for its walls, a start that is no number for the middle", () => {
  const encoding = new Encoding([{ name: "x", low: -2, high: 6 }]);
  assert.deepEqual(encoding.decode(Float64Array.of(-3)), [-2]);
  assert.deepEqual(encoding.decode(Float64Array.of(1.01)), [6]);
  assert.deepEqual(
    [[-9], [9], [Number.NaN], []].map((start) => encoding.nearest(start)),
    [[-2], [6], [2], [2]],
  );
});
