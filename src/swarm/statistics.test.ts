import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { seededRandom } from "../core/random.ts";
import { unseenMass } from "./statistics.ts";

test("nothing seen: all is unseen; the same a hundred times: next to nothing is", () => {
  assert.equal(unseenMass({ total: 0, once: 0 }), 1);
  assert.equal(unseenMass({ total: 100, once: 0 }), 1 / 101);
  assert.equal(unseenMass({ total: 50, once: 50 }), 1);
});

test("is a probability whatever the counts", () => {
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 1e9 }), fc.integer({ min: -5, max: 1e9 }), (total, once) => {
      const mass = unseenMass({ total, once });
      assert.ok(mass > 0 && mass <= 1);
    }),
  );
});

test("estimates how often draws from a skewed population are new", () => {
  const random = seededRandom(7);
  // Zipf-like: kind k with probability about 1/(k·ln 10^5).
  const draw = (): number => Math.floor(Math.exp(random() * Math.log(1e5)));
  const counts = new Map<number, number>();
  for (let i = 0; i < 3000; i++) {
    const kind = draw();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const estimate = unseenMass({ total: 3000, once: [...counts.values()].filter((count) => count === 1).length });
  let fresh = 0;
  for (let i = 0; i < 30_000; i++) if (!counts.has(draw())) fresh++;
  assert.ok(Math.abs(estimate - fresh / 30_000) < 0.03, `${estimate} against ${fresh / 30_000}`);
});
