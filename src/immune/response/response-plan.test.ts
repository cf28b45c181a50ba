import assert from "node:assert/strict";
import { test } from "node:test";
import { modeUnlessNamed, type Nature, PLANS, RUNG_ACTION } from "./response-plan.ts";

test("as installed in enforce, an incident is answered by something that is in force; only a thief of CPU time is let be on hints", () => {
  const isInForce = (nature: Nature, grounds: "hints" | "strong"): boolean =>
    PLANS[nature][grounds].some((rung) => modeUnlessNamed(RUNG_ACTION[rung]) === "enforce");
  for (const nature of Object.keys(PLANS) as Nature[]) {
    assert.equal(isInForce(nature, "strong"), true, nature);
    assert.equal(isInForce(nature, "hints"), nature !== "compute", nature);
  }
});
