import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { SamplerPace } from "./sampler-pace.ts";

/** A pace under a clock that the test moves; the moments of its turns. */
function world(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let nowMs = 0;
  const turns: number[] = [];
  const pace = new SamplerPace(
    () => turns.push(nowMs),
    () => nowMs,
  );
  t.after(() => pace.stop());
  const advance = (ms: number): void => {
    for (let step = 0; step < ms; step++) {
      nowMs++;
      t.mock.timers.tick(1);
    }
  };
  return { pace, turns, advance };
}

test("turns come by the clock; a stall brings one forward and leaves the others where they are", (t) => {
  const { pace, turns, advance } = world(t);
  pace.start(1000);
  advance(1500);
  pace.hurry();
  advance(600);
  assert.deepEqual(turns, [1000, 1501, 2000]);
});

test("however often something stalls, two turns brought forward are a tenth of a second apart", (t) => {
  const { pace, turns, advance } = world(t);
  pace.start(10_000);
  for (let at = 0; at < 1000; at += 10) {
    pace.hurry();
    advance(10);
  }
  assert.ok(turns.length >= 9 && turns.length <= 10, String(turns));
  assert.ok(turns.every((at, index) => index === 0 || at - (turns[index - 1] ?? 0) >= 100));
});

test("the same pace again moves no turn; before the start there is none", (t) => {
  const { pace, turns, advance } = world(t);
  pace.every(100);
  advance(300);
  pace.start(250);
  advance(200);
  pace.every(250);
  advance(100);
  pace.every(100);
  advance(110);
  assert.deepEqual(turns, [500, 700]);
});

test("no rarer than so much: what is rarer is not waited for, what is no rarer stays", (t) => {
  const { pace, turns, advance } = world(t);
  pace.within(100);
  pace.start(4000);
  advance(4100);
  pace.within(1000);
  advance(1500);
  pace.every(250);
  pace.within(1000);
  advance(300);
  assert.deepEqual(turns, [4000, 5000, 5750]);
});

test("after the end, and before the start, a stall does nothing", (t) => {
  const { pace, turns, advance } = world(t);
  pace.hurry();
  advance(500);
  pace.start(100);
  pace.hurry();
  pace.stop();
  pace.hurry();
  advance(500);
  assert.deepEqual(turns, []);
});

test("a new pace replaces the old one", (t) => {
  const { pace, turns, advance } = world(t);
  pace.start(100);
  pace.start(250);
  advance(600);
  assert.deepEqual(turns, [250, 500]);
});
