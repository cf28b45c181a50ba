import assert from "node:assert/strict";
import { test } from "node:test";
import { targetOf } from "./targets.ts";

test("a target is twice what the service has in its median second alone, and never below what its clients declared", () => {
  assert.equal(targetOf([9000, 4400, 3900], 3), 8.8);
  assert.equal(targetOf([1000, 1100, 900], 3), 3);
  assert.equal(targetOf([], 3), 3);
});
