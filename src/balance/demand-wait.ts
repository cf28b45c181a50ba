import type { Readings } from "./ladder.ts";

export const WAIT = {
  /** Fewer waits in a reading say nothing about a tail. */
  leastSamples: 10,
  /** From here a 99th percentile is more than the largest value seen; below, it weighs in proportion. */
  fullSamples: 100,
  /** Without eBPF only the mean is known. For exponential waits the 99th percentile is ln 100 times the mean. */
  p99OverMean: Math.log(100),
  /** That is a guess, repeated until the next sample a second later: it weighs a third. */
  meanWeight: 1 / 3,
} as const;

/** How long tasks of a workload waited for a CPU. */
export interface Wait {
  readonly p99Ns: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly samples: number;
  readonly known: "p99" | "mean";
}

/** Undefined where too little is known. */
export function waitOf(readings: Readings, turnMs: number): Wait | undefined {
  const p99Ns = readings.get("runq.delay.p99");
  const perSecond = readings.get("runq.count");
  const samples = perSecond === undefined ? 0 : (perSecond * turnMs) / 1000;
  if (p99Ns !== undefined && perSecond !== undefined) {
    if (samples < WAIT.leastSamples) return undefined;
    return { p99Ns, confidence: Math.min(1, samples / WAIT.fullSamples), samples, known: "p99" };
  }
  const meanNs = readings.get("runq.delay.mean");
  if (meanNs === undefined) return undefined;
  return { p99Ns: meanNs * WAIT.p99OverMean, confidence: WAIT.meanWeight, samples, known: "mean" };
}
