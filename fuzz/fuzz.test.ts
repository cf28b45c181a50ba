import assert from "node:assert/strict";
import { test } from "node:test";
import { HANG_MS, runCampaign } from "./campaign.ts";
import type { Target } from "./target.ts";
import { TARGETS } from "./targets.ts";

/** Inputs of each in `npm test`; the slow ones get fewer. `npm run fuzz` gives any number, with other seeds. */
const RUNS = 3000;
const FEWER: Readonly<Record<string, number>> = {
  journal: 300,
  config: 800,
  examples: 800,
  proposals: 600,
  rules: 500,
  tune: 800,
};

for (const [name, make] of Object.entries(TARGETS))
  test(`${name}: thousands of damaged inputs are refused or taken, and neither crash nor hang`, async () => {
    const crashed: string[] = [];
    const campaign = await runCampaign(make(), FEWER[name] ?? RUNS, 20260101, (at, error, input) =>
      crashed.push(`input ${at}: ${String(error)} ${Buffer.from(input).toString("base64")}`),
    );
    assert.deepEqual(crashed, []);
    assert.ok(campaign.slowestMs < HANG_MS, `the slowest took ${campaign.slowestMs} ms`);
  });

test("a target that throws is told with its input, a damaged target does not pass", async () => {
  const weak: Target = {
    seeds: [Buffer.from("abc")],
    run: (input) => {
      if (input.includes(0)) throw new Error("it broke");
    },
  };
  const seen: Uint8Array[] = [];
  const campaign = await runCampaign(weak, 2000, 1, (_, __, input) => seen.push(input));
  assert.equal(campaign.crashes, 10, "it stops after ten");
  assert.ok(seen.every((input) => input.includes(0)));
});
