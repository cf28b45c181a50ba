import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NOISES, type Noise, noisyHost, searchFor } from "./search-noise.fixture.ts";
import { HOUR_MS } from "./search-scene.fixture.ts";

/** `npm run bench:search` has the whole table. */
describe("a service whose tail misses its target now and then by nobody's doing", () => {
  for (const noise of Object.keys(NOISES) as Noise[])
    test(`hides no gain of a fifth: ${noise}`, () => {
      const found = Array.from({ length: 6 }, (_, seed) => searchFor(noisyHost(noise, 0.2, seed), 0.2, HOUR_MS));
      const inTime = found.filter(({ minutes }) => minutes < 60).length;
      assert.ok(inTime >= 5, found.map(({ minutes }) => Math.round(minutes)).join(" "));
    });

  test("makes none where there is none", () => {
    const kept = Array.from({ length: 8 }, (_, seed) => searchFor(noisyHost("live", 0, seed), 0, HOUR_MS));
    assert.ok(kept.filter(({ wrong }) => wrong).length <= 1);
  });

  test("does not excuse a candidate that makes it miss more", () => {
    for (let seed = 0; seed < 4; seed++) {
      const made = noisyHost("live", 0, seed);
      made.effect = (value) => {
        const isOn = value("sched.slice", "/batch") !== undefined;
        return { work: isOn ? 1.5 : 1, over: isOn ? 1.5 : 0 };
      };
      made.run(HOUR_MS, () => {
        assert.equal(made.kept.filter((setting) => setting.includes("/batch")).length, 0, `seed ${seed}`);
        return false;
      });
    }
  });
});
