import assert from "node:assert/strict";
import { test } from "node:test";
import { EAGER_NICE, Leisure } from "./leisure.ts";

/** A thread whose nice value the kernel keeps at or above `least`. */
function thread(least: number): { nice: number; readonly set: (nice: number) => void } {
  const self = {
    nice: EAGER_NICE,
    set: (nice: number): void => {
      if (nice < self.nice && nice < least) throw new Error("EACCES");
      self.nice = nice;
    },
  };
  return self;
}

test("work is done at ordinary priority, and eager again after it, also when it throws", () => {
  const self = thread(EAGER_NICE);
  const leisure = new Leisure(self.set);
  assert.equal(self.nice, EAGER_NICE);
  assert.equal(
    leisure.run(() => self.nice),
    0,
  );
  assert.equal(self.nice, EAGER_NICE);
  assert.throws(() => leisure.run(() => assert.fail("no")));
  assert.equal(self.nice, EAGER_NICE);
});

test("within leisure there is nothing to change", () => {
  const self = thread(EAGER_NICE);
  const leisure = new Leisure(self.set);
  leisure.run(() => {
    leisure.run(() => undefined);
    assert.equal(self.nice, 0);
  });
  assert.equal(self.nice, EAGER_NICE);
});

test("who may not become eager again never becomes ordinary", () => {
  const self = thread(19);
  const leisure = new Leisure(self.set);
  leisure.run(() => assert.ok(self.nice <= EAGER_NICE + 1, String(self.nice)));
  assert.ok(self.nice <= EAGER_NICE + 1);
});
