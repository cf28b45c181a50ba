import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { HEARTBEAT, Heartbeat } from "./heartbeat.ts";

function setUp(t: TestContext): {
  clock: FakeClock;
  heartbeat: Heartbeat;
  silences: () => number;
  seconds(n: number): void;
} {
  const clock = new FakeClock();
  let silences = 0;
  const heartbeat = new Heartbeat(clock, () => void silences++);
  t.after(() => heartbeat.stop());
  const seconds = (n: number): void => {
    for (let second = 0; second < n; second++) {
      clock.advance(1000);
      heartbeat.turn();
    }
  };
  return { clock, heartbeat, silences: () => silences, seconds };
}

test("silence is told after five seconds, and while it lasts every five more", (t) => {
  const { heartbeat, silences, seconds } = setUp(t);
  seconds(4);
  heartbeat.heard();
  seconds(HEARTBEAT.silentMs / 1000);
  assert.equal(silences(), 0);
  seconds(1);
  assert.equal(silences(), 1);
  seconds(6);
  assert.equal(silences(), 2);
});

test("whoever was stopped itself for a minute does not blame the other", (t) => {
  const { clock, heartbeat, silences, seconds } = setUp(t);
  clock.advance(60_000);
  heartbeat.turn();
  seconds(HEARTBEAT.silentMs / 1000);
  assert.equal(silences(), 0);
  seconds(1);
  assert.equal(silences(), 1);
});

test("the wall clock may jump a day either way", (t) => {
  const { clock, silences, seconds } = setUp(t);
  clock.jumpWall(86_400_000);
  seconds(5);
  clock.jumpWall(-2 * 86_400_000);
  assert.equal(silences(), 0);
});
