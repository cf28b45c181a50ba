import assert from "node:assert/strict";
import { test } from "node:test";
import { runFaults } from "./campaign.fixture.ts";

test("whatever fails, dies, is written by others or lost with the power: every knob ends as others want it, and the journal tells it all", () => {
  const { failures } = runFaults({ runs: 40, seed: 20260101 });
  assert.deepEqual(failures, []);
});
