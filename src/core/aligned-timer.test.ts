import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { AlignedTimer, untilAligned } from "./aligned-timer.ts";

function world(t: TestContext, startMs: number) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let nowMs = startMs;
  return {
    now: () => nowMs,
    pass: (ms: number): void => {
      for (let step = 0; step < ms; step++) {
        nowMs++;
        t.mock.timers.tick(1);
      }
    },
  };
}

test("whenever they were begun, timers of one period, and of a multiple of it, come together", (t) => {
  const { now, pass } = world(t, 12_345);
  const at: Record<string, number[]> = { one: [], other: [], slow: [] };
  const timers = [new AlignedTimer(500, () => at["one"]?.push(now()), now)];
  pass(217);
  timers.push(new AlignedTimer(500, () => at["other"]?.push(now()), now));
  timers.push(new AlignedTimer(1000, () => at["slow"]?.push(now()), now));
  pass(2000);
  for (const timer of timers) timer.stop();
  pass(2000);
  assert.deepEqual(at, {
    one: [12_500, 13_000, 13_500, 14_000, 14_500],
    other: [13_000, 13_500, 14_000, 14_500],
    slow: [13_000, 14_000],
  });
});

test("what comes a moment early, or very late, does not come twice", () => {
  assert.equal(untilAligned(1000, 5000), 1000);
  assert.equal(untilAligned(1000, 4999.6), 1001);
  assert.equal(untilAligned(1000, 5300), 700);
  assert.equal(untilAligned(1000, 5800), 1200);
});

test("may be left behind by a process that ends", () => {
  const timer = new AlignedTimer(
    60_000,
    () => undefined,
    () => 0,
  ).unref();
  assert.ok(timer instanceof AlignedTimer);
});

test("its work may stop it", (t) => {
  const { now, pass } = world(t, 0);
  let times = 0;
  const timer = new AlignedTimer(
    100,
    () => {
      times++;
      timer.stop();
    },
    now,
  );
  pass(1000);
  assert.equal(times, 1);
});
