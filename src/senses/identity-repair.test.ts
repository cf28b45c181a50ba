import assert from "node:assert/strict";
import { test } from "node:test";
import { IdentityRepair } from "./identity-repair.ts";

test("losses of what tells who runs are repaired at once, then every five seconds, and once after the last", () => {
  const repair = new IdentityRepair();
  const repairs: number[] = [];
  for (let second = 0; second < 30; second++) {
    // Lost from the third second to the twelfth.
    const exec = Math.max(0, Math.min(second, 12) - 2);
    if (repair.due({ exec, "open.read": second }, second * 1000)) repairs.push(second);
  }
  assert.deepEqual(repairs, [3, 8, 13]);
});

test("other kinds cost no look at every process", () => {
  const repair = new IdentityRepair();
  assert.equal(repair.due({ "open.read": 5, connect: 9 }, 0), false);
  assert.equal(repair.due({ "open.read": 6, connect: 9, exit: 1 }, 1000), true);
});
