import { samplesOf } from "../src/prober/prometheus.ts";
import { MetricReader } from "../src/prober/metric.ts";
import { readMetric } from "../src/tune/metric.ts";
import { loadTuneFile } from "../src/tune/tune-file-load.ts";
import { orTree } from "./mutate-tree.ts";
import type { Target } from "./target.ts";

const TUNE = {
  command: "gzip -{level} -c data | wc -c",
  metric: { direction: "lower", unit: "B", pattern: "([0-9]+) bytes" },
  knobs: {
    level: { range: [1, 9], integer: true, default: 6 },
    mode: { choices: ["a", "b"], default: "a", env: "MODE" },
    ahead: { range: [1, 1024], log: true, default: 64, env: "AHEAD" },
  },
  budget: { runs: 50 },
  repeats: 2,
  seed: 7,
};
const YAML = `command: gzip -{level} -c data | wc -c
metric: { direction: lower, unit: B }
knobs:
  level: { range: [1, 9], integer: true, default: 6 }
`;

/** A tuning file, from its bytes to its values. */
export function tuneTarget(): Target {
  return {
    seeds: [Buffer.from(YAML), Buffer.from(JSON.stringify(TUNE))],
    run: (input) => void loadTuneFile("/t.yaml", { readFile: () => input }),
    mend: orTree([TUNE], (json) => json),
  };
}

const PAGE = `# HELP requests_total The total number of requests.
# TYPE requests_total counter
requests_total{method="post",code="200"} 1027 1395066363000
requests_total{method="post",code="400"}    3
file_access_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find \\"it\\"\\n"} 1.458255915e9
delay_seconds_bucket{le="0.1"} 7
delay_seconds_bucket{le="+Inf"} 9
weird{problem="division by zero"} +Inf -3982045
`;
const OUTPUT = `{"latency": {"p99": 1.5e-3}, "n": "12"}\n100 transactions, 3.14 MB/s, -7e5\n`;

/** What services and commands print to be measured by: pages of metrics, and a benchmark's output. */
export function metricTarget(): Target {
  const specs = [
    { name: "requests_total", labels: { code: "200" }, as: "rate" },
    { name: "weird", labels: {}, as: "gauge" },
    { name: "delay_seconds", labels: {}, as: "quantile", quantile: 0.99 },
  ] as const;
  // One for all inputs, as a prober has: a rate needs two pages.
  const readers = specs.map((spec) => new MetricReader({ url: "http://127.0.0.1/", ...spec } as never));
  let atMs = 0;
  return {
    seeds: [Buffer.from(PAGE), Buffer.from(OUTPUT)],
    run: (input) => {
      const text = Buffer.from(input).toString("utf8");
      for (const reader of readers) reader.take(text, ++atMs);
      samplesOf(text, "file_access_seconds", { path: "C:\\DIR\\FILE.TXT" });
      readMetric({}, text);
      readMetric({ json: "latency.p99" }, text);
      readMetric({ pattern: "([0-9.]+) MB/s" }, text);
    },
  };
}
