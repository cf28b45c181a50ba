import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readMetric } from "./metric.ts";

const value = (reading: Parameters<typeof readMetric>[0], output: string): number | string => {
  const read = readMetric(reading, output);
  return read.ok ? read.value : read.says;
};

test("the last number, the last match, or the one at a path", () => {
  assert.equal(value({}, "took 3 tries\nrate: 1.5e3 a second, -2\n"), -2);
  assert.equal(value({ pattern: "p99=([0-9.]+)" }, "p99=1\np99=2.5 ms p50=9"), 2.5);
  assert.equal(value({ pattern: "^all ([0-9]+)$" }, "x\nall 7\ny"), 7);
  assert.equal(value({ json: "results.1.p99" }, '{"results":[{},{"p99":"12.5"}]}'), 12.5);
});

test("what is not there is said with the place and what was printed", () => {
  assert.equal(value({}, "done\n"), "no number in what was printed: `done`");
  assert.equal(value({ json: "a.b" }, '{"a":{}}'), 'no number at `a.b` (nothing) in what was printed: `{"a":{}}`');
  assert.equal(value({ json: "a.constructor" }, '{"a":{}}').toString().startsWith("no number at"), true);
  assert.match(String(value({ pattern: "x=(.*)" }, "x=fast")), /`x=\(\.\*\)` \(`fast`\)/);
});

test("whatever is printed, it is a finite number or a reason in printable text", () => {
  const reading = fc.constantFrom({}, { pattern: "v=(.*)" }, { json: "a.b" });
  fc.assert(
    fc.property(reading, fc.oneof(fc.string({ unit: "binary" }), fc.json()), (how, output) => {
      const read = value(how, output);
      if (typeof read === "number") assert.ok(Number.isFinite(read));
      else assert.doesNotMatch(read, /[\u0000-\u001f\u007f]/);
    }),
  );
});
