import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { LatencyHistogram } from "./latency-histogram.ts";

const latencies = fc.array(fc.integer({ min: 0, max: 100_000_000 }), { minLength: 1, maxLength: 300 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

function filled(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

test("a quantile is never below the exact one and at most 1/64 above it", () => {
  fc.assert(
    fc.property(latencies, share, (values, q) => {
      const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] ?? 0;
      const found = filled(values).quantile(q);
      assert.ok(found >= exact && found <= exact * (1 + 1 / 64) + 1, `${found} for ${exact}`);
    }),
  );
});

test("the sparse form holds everything: quantiles of a merged histogram are those of all values together", () => {
  fc.assert(
    fc.property(latencies, latencies, share, (a, b, q) => {
      const merged = LatencyHistogram.from(filled(a).sparse());
      merged.add(filled(b).sparse());
      const all = filled([...a, ...b]);
      assert.equal(merged.count, a.length + b.length);
      // The exact maximum does not survive the sparse form, its bucket does.
      assert.ok(Math.abs(merged.quantile(q) - all.quantile(q)) <= all.quantile(q) / 64 + 1);
    }),
  );
});

test("an empty histogram has no quantiles, and odd values are kept inside its range", () => {
  assert.equal(new LatencyHistogram().quantile(0.99), 0);
  const odd = filled([-5, 1e12]);
  assert.equal(odd.count, 2);
  assert.equal(odd.quantile(0.5), 0);
  assert.equal(odd.maxUs, 2 ** 27 - 1);
});
