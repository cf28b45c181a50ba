import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedSeconds } from "./plan.ts";
import { EVERY_ARM } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

const ROUNDS = 10;
/** Ten rounds of six arms of S5's 24 seconds, with its searches: half an hour. */
const MOST_SECONDS = 32 * 60;
const CONTESTED = SCENARIOS.filter(({ id }) => id !== "S6" && id !== "S7");

test("where there is something to win, the layer is measured beside every other arm", () => {
  assert.deepEqual(
    CONTESTED.map(({ id, arms }) => [id, arms]),
    ["S1", "S2", "S3", "S4", "S5"].map((id) => [id, EVERY_ARM]),
  );
});

test("the careful person raises every service, lowers every job, and sets nothing else", () => {
  for (const { careful, services, jobs } of CONTESTED) {
    const groups = [...services.map(({ group }) => group), ...jobs];
    assert.deepEqual(Object.keys(careful).toSorted(), groups.toSorted());
    for (const { group } of services) assert.deepEqual(careful[group], { weight: 1000 });
    for (const job of jobs) assert.deepEqual(careful[job], { weight: 20 });
  }
});

test("ten rounds of a scenario take at most half an hour", () => {
  for (const scenario of SCENARIOS) {
    const seconds = expectedSeconds(scenario, ROUNDS);
    assert.ok(seconds < MOST_SECONDS, `${scenario.id}: ${Math.round(seconds)} s`);
  }
});
