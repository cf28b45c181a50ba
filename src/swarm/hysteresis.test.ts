import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Hold, type HoldLimits } from "./hysteresis.ts";

const limits: HoldLimits = { minMs: 10_000, maxMs: 600_000, returnMs: 5000 };

test("is over once there was no need for its length", () => {
  const hold = new Hold(limits);
  hold.need(0);
  assert.equal(hold.isOver(9999), false);
  assert.equal(hold.isOver(10_000), true);
  hold.need(10_000);
  assert.equal(hold.isOver(15_000), false);
});

test("doubles when need returns soon after a step back, up to its limit", () => {
  const hold = new Hold(limits);
  const lengths: number[] = [];
  for (let now = 0, probe = 0; probe < 8; probe++) {
    now += 700_000;
    hold.steppedBack(now);
    assert.equal(hold.need(now + 1000), true);
    lengths.push(hold.length / 1000);
  }
  assert.deepEqual(lengths, [20, 40, 80, 160, 320, 600, 600, 600]);
});

test("doubles also when need returns sooner than the hold was long, though not because of the step", () => {
  const hold = new Hold(limits, 80_000);
  hold.steppedBack(0);
  assert.equal(hold.need(70_000), false);
  assert.equal(hold.length, 160_000);
  assert.equal(hold.need(70_001), false, "one step back is judged once");
  assert.equal(hold.length, 160_000);
});

test("stays after a fair rest and halves after a long one", () => {
  const hold = new Hold(limits, 80_000);
  hold.steppedBack(0);
  hold.need(200_000);
  assert.equal(hold.length, 80_000);
  hold.steppedBack(1_000_000);
  hold.need(1_000_000 + 640_000);
  assert.equal(hold.length, 40_000);
});

test("while need persists, failed probes become rare", () => {
  const hold = new Hold(limits);
  let probes = 0;
  hold.need(0);
  for (let now = 0; now < 3_600_000; now += 250) {
    if (!hold.isOver(now)) continue;
    probes++;
    hold.steppedBack(now);
    hold.need(now + 500);
  }
  assert.ok(probes >= 5 && probes <= 12, `${probes} probes in an hour`);
});

test("its length stays within the limits whatever happens", () => {
  const step = fc.tuple(fc.constantFrom("need", "back", "look"), fc.nat(700_000));
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.array(step), (start, steps) => {
      const hold = new Hold(limits, start);
      let now = 0;
      for (const [what, pause] of steps) {
        now += pause;
        if (what === "need") hold.need(now);
        else if (what === "back") hold.steppedBack(now);
        else hold.isOver(now);
        assert.ok(hold.length >= limits.minMs && hold.length <= limits.maxMs);
      }
    }),
  );
});
