import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientWindow } from "./client-window.ts";
import { LatencyHistogram } from "./latency-histogram.ts";

test("a request belongs to the window in which it was due, not in which it was sent or answered", () => {
  const window = new ClientWindow(1, 1000);
  assert.equal(window.holds(999), false);
  assert.equal(window.holds(1000), true);
  window.close(2000);
  assert.equal(window.holds(1999), true);
  assert.equal(window.holds(2000), false);
});

test("latency counts from the due time, so that a late send cannot hide the waiting", () => {
  const window = new ClientWindow(1, 0);
  window.onSent(100, 700);
  window.onAnswer(100, 900, false);
  window.close(1000);
  const { latency, lag, sent, answered } = window.result(1);
  assert.deepEqual([sent, answered], [1, 1]);
  assert.equal(LatencyHistogram.from(latency).quantile(1) >= 800, true);
  assert.equal(LatencyHistogram.from(lag).quantile(1) >= 600, true);
});

test("a request that was never answered counts with the time it has waited", () => {
  const window = new ClientWindow(1, 0);
  window.onSent(100, 100);
  window.onUnanswered(100, 2_000_100);
  window.close(1000);
  const { latency, sent, answered, late } = window.result(1);
  assert.deepEqual([sent, answered, late, window.open], [1, 0, 1, 1]);
  assert.ok(LatencyHistogram.from(latency).quantile(0.99) >= 2_000_000);
});
