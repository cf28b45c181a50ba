import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MINUTE_MS } from "./plant.fixture.ts";
import { QuietHost } from "./quiet-host.fixture.ts";

/** From the moment that both kinds are told, in a round of the bench. */
const START_MS = 14_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("on a quiet host, whose tail wanders over the target of a service", () => {
  test("who goes by the tail alone takes settings that nobody needs: the noise is no straw man", () => {
    const starts = Array.from({ length: 100 }, (_, seed) => new QuietHost({ seed, turnMs: 250, tellsHost: false }));
    for (const host of starts) host.run(START_MS);
    const taken = starts.filter(({ taken }) => taken.length > 0).length;
    assert.ok(taken >= 10, `${taken} of ${starts.length} starts`);
  });

  for (const [says, turnMs, wakeUps, hours] of [
    ["at a turn a second", 1000, 1000, 12],
    ["at four turns a second", 250, 1000, 3],
    ["asked seldom", 1000, 40, 6],
    ["asked often", 1000, 8000, 6],
  ] as const)
    // `npm run bench:search -- --quiet` counts over thousands of hours.
    test(`nothing is taken for ${hours} hours ${says}`, () => {
      const host = new QuietHost({ seed: 5, turnMs, wakeUps });
      host.run(hours * HOUR_MS);
      assert.deepEqual(host.taken, []);
    });
});
