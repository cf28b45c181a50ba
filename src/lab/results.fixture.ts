import { LatencyHistogram } from "./latency-histogram.ts";
import type { Arm, DropperResult, FirstLightResult, Round } from "./results.ts";
import { abbaOrder } from "./rounds.ts";
import { judge, summarize } from "./verdict.ts";

/** A round whose latencies spread evenly up to `p99Us`. */
export function roundOf(arm: Arm, pair: number, p99Us: number, workPerSecond: number): Round {
  const histogram = new LatencyHistogram();
  for (let i = 1; i <= 100; i++) histogram.record((p99Us * i) / 99);
  return {
    arm,
    pair,
    startMs: 0,
    p50Us: histogram.quantile(0.5),
    p99Us,
    p999Us: histogram.quantile(0.999),
    maxUs: histogram.maxUs,
    requests: 100,
    unanswered: 0,
    errors: 0,
    lagP99Us: 90,
    othersShare: 0.1,
    workPerSecond,
    latency: histogram.sparse(),
  };
}

export const DROPPER: DropperResult = {
  learned: 30,
  control: { runs: 10, incidents: 0 },
  incident: {
    id: "i-7k2m9q",
    says: "node started a program written four milliseconds before.",
    kinds: ["lineage", "fresh-file"],
    evidence: [],
    lineage: ["update /tmp/drop/update", "node /usr/bin/node"],
    explained: ["What: freeze of /swarms-lab/app"],
  },
  toIncidentMs: 3,
  toFrozenMs: 9,
  stepsBeforeFreeze: 1,
  stepsWhileFrozen: 0,
  stepsAfterUndo: 30,
  undo: { command: "swarms undo c-0004 --state /tmp/x", worked: true, says: "undone" },
  timeline: [
    { atMs: 1000, who: "app", says: "serves 30 ordinary requests; the layer learns" },
    { atMs: 3000, who: "app", says: "is exploited: starts a download" },
    { atMs: 3040, who: "app", says: "the payload runs" },
    { atMs: 3043, who: "layer", says: "incident i-7k2m9q" },
    { atMs: 3049, who: "layer", says: "every process of the application is frozen" },
    { atMs: 3600, who: "lab", says: "the operator undoes it" },
  ],
};

export function resultOf(
  dropper: FirstLightResult["dropper"] = DROPPER,
  change: Partial<Pick<FirstLightResult, "host">> = {},
): FirstLightResult {
  const rounds = abbaOrder(5).map(({ arm, pair }) =>
    roundOf(arm, pair, arm === "off" ? 4000 + pair * 100 : 900 + pair * 50, arm === "off" ? 3000 : 2850),
  );
  const balance = summarize(rounds, [310, 280, 350], ["Why: the service waited 3.1 ms for a CPU, its target is 1 ms"]);
  const after = { differences: [], journal: { verified: true, says: "44 records, intact" }, leftBehind: [] };
  return {
    atMs: Date.UTC(2026, 0, 2, 3, 4),
    seconds: 64,
    host: { kernel: "6.18.44", cpuModel: "Example CPU", cores: 2, cgroups: "hybrid" },
    setUp: {
      service: "redis-server",
      shards: 2,
      hogs: 4,
      cpus: "0,1",
      ratePerSecond: 2000,
      query: "SORT of 800 numbers, the first ten answered",
      serviceLoad: 0.26,
      roundSeconds: 4,
      settleSeconds: 1,
      targetMs: 1,
      clientSchedule: "SCHED_FIFO",
      seed: 1,
    },
    balance,
    dropper,
    after,
    verdicts: judge(balance, dropper, after),
    ...change,
  };
}
