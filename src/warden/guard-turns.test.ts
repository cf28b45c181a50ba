import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { GUARD_TURNS, GuardTurns } from "./guard-turns.ts";

/** Turns under a clock that the test moves, and the moments at which they came. */
function world(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const self = { nowMs: 0, held: false, at: [] as number[] };
  const turns = new GuardTurns(
    () => void self.at.push(self.nowMs),
    () => self.held,
    () => self.nowMs,
  );
  t.after(() => turns.stop());
  const pass = (ms: number): number[] => {
    self.at = [];
    for (let step = 0; step < ms; step += 10) {
      self.nowMs += 10;
      t.mock.timers.tick(10);
    }
    return self.at;
  };
  return { self, turns, pass };
}

test("turns are close while something is in force, and rare while nothing is", (t) => {
  const { self, pass } = world(t);
  assert.deepEqual(pass(2300), [200, 1000, 2000]);
  self.held = true;
  assert.deepEqual(pass(1300), [3000, 3200, 3400, 3600]);
  self.held = false;
  assert.deepEqual(pass(1400), [3800, 5000]);
});

test("what somebody asks for is looked at soon, however often he asks", (t) => {
  const { turns, pass } = world(t);
  pass(500);
  for (let at = 0; at < 10; at++) turns.soon();
  assert.deepEqual(pass(100), []);
  turns.soon();
  assert.deepEqual(pass(100), [500 + GUARD_TURNS.heldMs]);
});

test("a turn that fails is not the last; after the end there is none", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let turned = 0;
  const turns = new GuardTurns(
    () => {
      turned++;
      if (turned === 1) throw new Error("once");
    },
    () => false,
  );
  assert.throws(() => t.mock.timers.tick(GUARD_TURNS.heldMs));
  t.mock.timers.tick(GUARD_TURNS.heldMs);
  assert.equal(turned, 2);
  turns.stop();
  turns.soon();
  t.mock.timers.tick(10 * GUARD_TURNS.restMs);
  assert.equal(turned, 2);
});
