import assert from "node:assert/strict";
import { test } from "node:test";
import { SteadyLoad } from "./steady-load.ts";

/** Milliseconds from the beginning of a steady load, after two minutes of little, until it counts as steady for a minute. */
function noticedAfterMs(turnMs: number): number {
  const load = new SteadyLoad(0.5, 0.2);
  let nowMs = 0;
  for (; nowMs < 120_000; nowMs += turnMs) load.add(0.01, nowMs);
  for (const beganMs = nowMs; ; nowMs += turnMs) {
    load.add(0.95, nowMs);
    if (load.steadyForMs(nowMs) >= 60_000) return nowMs - beganMs;
  }
}

test("how soon a steady load is one goes by the time, not by how often it is read", () => {
  const each = [250, 1000, 4000].map(noticedAfterMs);
  for (const ms of each) assert.ok(ms > 60_000 && ms < 110_000, each.join(" "));
  assert.ok(Math.max(...each) - Math.min(...each) < 12_000, each.join(" "));
});

test("one that goes up and down is not steady", () => {
  const load = new SteadyLoad(0.5, 0.2);
  for (let nowMs = 0; nowMs < 300_000; nowMs += 1000) load.add(nowMs % 20_000 < 10_000 ? 0.2 : 1, nowMs);
  assert.equal(load.steadyForMs(300_000), 0);
});
