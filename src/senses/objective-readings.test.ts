import assert from "node:assert/strict";
import { test } from "node:test";
import { configSchema } from "../core/config.ts";
import type { ProberJob } from "../core/wire/prober.ts";
import { numbersHoldMs, objectiveReadings, proberJobs } from "./objective-readings.ts";

function jobsOf(...objectives: readonly unknown[]): ProberJob[] {
  const workloads = objectives.map((objective, index) => {
    return { name: `w${index}`, cgroup: `/w${index}`, kind: "latency", objective };
  });
  return proberJobs(configSchema.parse({ workloads }).workloads);
}

const METRIC = { url: "http://h/metrics", name: "m", as: "gauge", target: 10 };

function excess(job: ProberJob | undefined, value: number): number | undefined {
  assert.ok(job);
  const readings = new Map(objectiveReadings(job, { workload: job.workload, value, samples: 5, failures: 0 }));
  return readings.get("objective.excess");
}

test("each declared objective is a job; pressure is none", () => {
  const jobs = jobsOf(
    { http: { url: "http://h/", targetMs: 5 } },
    { tcp: { address: "h:1", targetMs: 5 } },
    { metric: METRIC },
    { pressure: { io: 0.1 } },
  );
  assert.deepEqual(
    jobs.map(({ workload, kind }) => `${workload} ${kind}`),
    ["w0 http", "w1 tcp", "w2 metric"],
  );
});

test("excess is 1 on the target and grows with what is missing, on either side", () => {
  const [below, above] = jobsOf({ metric: METRIC }, { metric: { ...METRIC, direction: "above" } });
  assert.deepEqual(
    [10, 20, 5, 0].map((value) => excess(below, value)),
    [1, 2, 0.5, 0],
  );
  assert.deepEqual(
    [10, 20, 5, 0].map((value) => excess(above, value)),
    [1, 0.5, 2, 1000],
  );
});

test("a target of nothing is met by nothing alone", () => {
  const [job] = jobsOf({ metric: { ...METRIC, target: 0 } });
  assert.deepEqual(
    [0, 3, -1].map((value) => excess(job, value)),
    [0, 1000, 0],
  );
});

test("without a value there is a target and the failures, and nothing that could be taken for one", () => {
  const [job] = jobsOf({ http: { url: "http://h/", targetMs: 5 } });
  assert.ok(job);
  assert.deepEqual(objectiveReadings(job, { workload: "w0", samples: 3, failures: 1 }), [
    ["objective.target", 5],
    ["probe.failures", 1],
  ]);
  assert.equal(numbersHoldMs(job), 3000);
});
