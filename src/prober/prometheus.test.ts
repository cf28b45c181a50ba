import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { MetricReader } from "./metric.ts";
import { samplesOf } from "./prometheus.ts";

const PAGE = [
  "# HELP http_requests_total The total number of HTTP requests.",
  "# TYPE http_requests_total counter",
  'http_requests_total{method="post",code="200"} 1027 1395066363000',
  'http_requests_total{method="post",code="400"}    3',
  'msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find \\"it\\"\\n"} 1.458255915e9',
  "metric_without_timestamp_and_labels 12.47",
  'something_weird{problem="division by zero"} +Inf -3982045',
  "http_requests_total_other 9",
  'broken{a="b 1',
  "http_requests_total{method=",
  "http_requests_total 1 2 3",
  "http_requests_total one",
  "",
].join("\r\n".slice(1));

test("lines of a name, with their labels, and nothing that only begins like it", () => {
  assert.deepEqual(
    samplesOf(PAGE, "http_requests_total").map(({ value }) => value),
    [1027, 3],
  );
  assert.deepEqual(
    samplesOf(PAGE, "http_requests_total", { code: "400" }).map(({ value }) => value),
    [3],
  );
  assert.deepEqual(samplesOf(PAGE, "http_requests_total", { code: "500" }), []);
  assert.equal(samplesOf(PAGE, "metric_without_timestamp_and_labels")[0]?.value, 12.47);
  assert.equal(samplesOf(PAGE, "something_weird")[0]?.value, Infinity);
  const [file] = samplesOf(PAGE, "msdos_file_access_time_seconds");
  assert.deepEqual(
    [...(file?.labels ?? [])],
    [
      ["path", "C:\\DIR\\FILE.TXT"],
      ["error", 'Cannot find "it"\n'],
    ],
  );
});

const escaped = (text: string): string => text.replace(/[\\"\n]/g, (char) => (char === "\n" ? "\\n" : `\\${char}`));
const labelName = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);

test("what was written is read", () => {
  fc.assert(
    fc.property(
      fc.dictionary(labelName, fc.string({ maxLength: 12 }), { maxKeys: 5, noNullPrototype: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (labels, value) => {
        const inside = Object.entries(labels)
          .map(([name, text]) => `${name}="${escaped(text)}"`)
          .join(",");
        const [sample] = samplesOf(`x{${inside}} ${value}\n`, "x", labels);
        assert.deepEqual(
          [(sample?.value ?? Number.NaN) + 0, Object.fromEntries(sample?.labels ?? [])],
          [value + 0, labels],
        );
      },
    ),
    { seed: 5 },
  );
});

test("whatever a page holds, it is read in bounded time and without an exception", () => {
  const piece = fc.constantFrom("x", "x{", '"', "\\", "}", ",", "a=", " ", "1", "\n", "le=", "+Inf", "x_bucket{");
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ unit: "binary", maxLength: 8 })), { maxLength: 200 }),
      (pieces) => {
        for (const { value } of samplesOf(pieces.join(""), "x")) assert.equal(typeof value, "number");
      },
    ),
    { seed: 6 },
  );
  const began = performance.now();
  assert.deepEqual(samplesOf(`x{${'a="\\\\'.repeat(1e6)}`, "x"), []);
  assert.equal(samplesOf("x 1\n".repeat(1e6), "x").length, 4096);
  assert.ok(performance.now() - began < 3000);
});

const SPEC = {
  url: "http://h/",
  name: "m",
  labels: {},
  quantile: 0.9,
  target: 1,
  direction: "below",
  everySeconds: 1,
} as const;

function histogram(counts: readonly number[]): string {
  let sum = 0;
  const lines = counts.map((count, index) => `m_bucket{le="${["0.1", "0.5", "1", "+Inf"][index]}"} ${(sum += count)}`);
  return `${lines.join("\n")}\nm_sum 3\nm_count ${sum}\n`;
}

test("a quantile is of what came since the page before, in proportion within its bucket", () => {
  const reader = new MetricReader({ ...SPEC, as: "quantile" });
  assert.deepEqual(reader.take(histogram([1000, 0, 0, 0]), 0), { samples: 0 });
  // 100 new ones: 80 up to 0.1, 20 up to 0.5; the 90th is half-way from 0.1 to 0.5.
  const second = reader.take(histogram([1080, 20, 0, 0]), 1000);
  assert.ok(Math.abs((second.value ?? 0) - 0.3) < 1e-9, `${second.value}`);
  assert.equal(second.samples, 100);
  assert.deepEqual(reader.take(histogram([1080, 20, 0, 0]), 2000), { samples: 0 }, "nothing came");
  // All above the last bound: that bound is all that is known.
  assert.equal(reader.take(histogram([1080, 20, 0, 50]), 3000).value, 1);
  // A restart: what it shows is what came since.
  assert.equal(reader.take(histogram([10, 0, 0, 0]), 4000).samples, 10);
});

test("a counter's rate survives its restart, a gauge is what it is, lines are added up", () => {
  const rate = new MetricReader({ ...SPEC, as: "rate" });
  assert.deepEqual(rate.take('m{a="1"} 10\nm{a="2"} 20', 0), { samples: 0 });
  assert.equal(rate.take('m{a="1"} 20\nm{a="2"} 40', 2000).value, 15);
  assert.equal(rate.take('m{a="1"} 5\nm{a="2"} 0', 3000).value, 5);
  assert.deepEqual(rate.take("nothing", 4000), { samples: 0 });
  const gauge = new MetricReader({ ...SPEC, as: "gauge" });
  assert.deepEqual(gauge.take("m 2\nm 3\n", 0), { value: 5, samples: 1 });
  assert.deepEqual(gauge.take("m NaN\n", 0), { samples: 0 });
});
