import assert from "node:assert/strict";
import { test } from "node:test";
import { Leisure, STANDING, type Standing } from "./leisure.ts";

/** A thread whose nice value the kernel keeps at or above `least`. */
function thread(least: number, at: Standing = STANDING.eager): { at: Standing; readonly set: (to: Standing) => void } {
  const self = {
    at,
    set: (to: Standing): void => {
      if (to.nice < self.at.nice && to.nice < least) throw new Error("EACCES");
      self.at = to;
    },
  };
  return self;
}

const EAGER = STANDING.eager.nice;

test("a start is at leisure until somebody hurries", () => {
  const self = thread(EAGER);
  const leisure = new Leisure(self.set);
  assert.equal(self.at, STANDING.leisurely);
  leisure.run(() => assert.equal(self.at, STANDING.leisurely));
  assert.equal(self.at, STANDING.leisurely);
  assert.equal(leisure.hurry(), true);
  assert.equal(self.at, STANDING.eager);
});

test("a start that takes long gets an ordinary share, which whoever hurries already has no use for", () => {
  const self = thread(EAGER);
  const leisure = new Leisure(self.set);
  leisure.join();
  assert.equal(self.at, STANDING.ordinary);
  leisure.hurry();
  leisure.join();
  assert.equal(self.at, STANDING.eager);
});

test("work is done at leisure, and the thread is eager again after it, also when it throws", () => {
  const self = thread(EAGER);
  const leisure = new Leisure(self.set);
  leisure.hurry();
  assert.equal(
    leisure.run(() => self.at),
    STANDING.leisurely,
  );
  assert.equal(self.at, STANDING.eager);
  assert.throws(() => leisure.run(() => assert.fail("no")));
  assert.equal(self.at, STANDING.eager);
});

test("within leisure there is nothing to change; who hurries there is eager when it is over", () => {
  const self = thread(EAGER);
  const leisure = new Leisure(self.set);
  leisure.hurry();
  leisure.run(() => {
    leisure.run(() => undefined);
    assert.equal(self.at, STANDING.leisurely);
    leisure.hurry();
    assert.equal(self.at, STANDING.leisurely);
  });
  assert.equal(self.at, STANDING.eager);
});

test("who may not become eager again never becomes leisurely", () => {
  const self = thread(19);
  const leisure = new Leisure(self.set);
  assert.equal(leisure.hurry(), false);
  leisure.run(() => assert.ok(self.at.nice <= EAGER + 1));
  assert.ok(self.at.nice <= EAGER + 1);
});

test("an ordinary thread that may not become eager stays as it was", () => {
  const ordinary: Standing = { policy: 0, nice: 0, sliceNs: 0 };
  const self = thread(0, ordinary);
  const leisure = new Leisure(self.set);
  leisure.hurry();
  leisure.run(() => assert.equal(self.at, ordinary));
  assert.equal(self.at, ordinary);
});
