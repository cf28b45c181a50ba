import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DCA, DendriticCells, type Presentation, spread } from "./dca.ts";

test("two cells by hand: who collects what, when a life ends, and with which k", () => {
  const cells = new DendriticCells([2, 3]);
  // D 1, S 0: both csm 1, k 1. The first cell holds the antigen.
  assert.deepEqual(cells.sample({ danger: 1, safe: 0 }), []);
  // D 1, S 0.5: csm 2.5, k 1 + 1 - 1 = 1: the first (lifespan 2) presents its antigen; the second cell holds this one.
  assert.deepEqual(cells.sample({ danger: 1, safe: 0.5 }), [{ antigens: 1, k: 1 }]);
  // D 0, S 0.5: first anew at csm 0.5, k -1, one antigen; second csm 3, k 0: presents one antigen, not as mature.
  assert.deepEqual(cells.sample({ danger: 0, safe: 0.5 }), [{ antigens: 1, k: 0 }]);
  // D 3, S 0: first csm 3.5, k 2; second anew at csm 3, k 3. It is the second's turn to collect: each presents one.
  assert.deepEqual(cells.sample({ danger: 3, safe: 0 }), [
    { antigens: 1, k: 2 },
    { antigens: 1, k: 3 },
  ]);
});

test("without any signal no cell's life ends, however much happens", () => {
  const cells = new DendriticCells();
  for (let at = 0; at < 1000; at++) assert.deepEqual(cells.sample({ danger: 0, safe: 0 }), []);
});

test("lifespans are spread evenly from the shortest to the longest", () => {
  assert.deepEqual(spread(1, 4, 4), [1, 2, 3, 4]);
  assert.equal(spread(DCA.shortest, DCA.longest, DCA.cells).at(-1), DCA.longest);
});

const signals = fc.record({
  danger: fc.double({ min: 0, max: 3, noNaN: true }),
  safe: fc.double({ min: 0, max: 1, noNaN: true }),
});

test("no antigen is lost or presented twice; danger alone is mature, safety alone never", () => {
  fc.assert(
    fc.property(fc.array(signals, { maxLength: 200 }), (story) => {
      const count = (presented: readonly Presentation[]): number =>
        presented.reduce((sum, one) => sum + one.antigens, 0);
      const all = new DendriticCells();
      const presented = story.flatMap((each) => all.sample(each));
      // A last signal larger than any lifespan empties every cell.
      assert.equal(count([...presented, ...all.sample({ danger: 10, safe: 0 })]), story.length + 1);
      const bad = new DendriticCells();
      assert.ok(story.flatMap(({ danger }) => bad.sample({ danger, safe: 0 })).every(({ k }) => k > 0));
      const good = new DendriticCells();
      assert.ok(story.flatMap(({ safe }) => good.sample({ danger: 0, safe })).every(({ k }) => k < 0));
    }),
    { numRuns: 200, seed: 6 },
  );
});
