import assert from "node:assert/strict";
import { test } from "node:test";
import { EventTally, TALLY } from "./event-tally.ts";

test("shares come out as made, of events in any rhythm", () => {
  for (const period of [2, 3, 5, 10]) {
    const tally = new EventTally();
    for (let i = 0; i < 100_000; i++) tally.note(i % period === 0 ? "p:1@1" : "p:2@2");
    const { events, byProcess } = tally.take();
    assert.equal(events, Math.floor(100_000 / TALLY.every));
    assert.ok(Math.abs((byProcess.get("p:1@1") ?? 0) / events - 1 / period) < 0.01, `${period}`);
  }
});

test("begins anew with each turn, and counts what belongs to nobody without naming it", () => {
  const tally = new EventTally();
  for (let i = 0; i < TALLY.every * 10; i++) tally.note("");
  assert.deepEqual(tally.take(), { events: 10, byProcess: new Map() });
  for (let i = 0; i < TALLY.every; i++) tally.note("p:1@1");
  assert.deepEqual(tally.take(), { events: 1, byProcess: new Map([["p:1@1", 1]]) });
});

test("stays bounded under a flood of processes, whose sum is known all the same", () => {
  const tally = new EventTally();
  for (let i = 0; i < 3 * TALLY.every * TALLY.processes; i++) tally.note(`p:${i}@1`);
  const { events, byProcess } = tally.take();
  assert.equal(byProcess.size, TALLY.processes);
  assert.equal(events, 3 * TALLY.processes);
});
