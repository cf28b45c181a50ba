import { LatencyHistogram } from "../../src/lab/latency-histogram.ts";
import type { ArmName } from "./scenario.ts";
import type { Samples } from "./sample-log.ts";

/** What a service's clients saw in one window. */
export interface ServiceFigures {
  readonly group: string;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly requests: number;
  /** p99 of each whole second. */
  readonly secondsP99Us: readonly number[];
}

export interface WindowFigures {
  readonly seconds: number;
  readonly services: readonly ServiceFigures[];
  /** Completed units per second, job by job. */
  readonly jobs: readonly number[];
}

/** What the layer did while it ran in one round. */
export interface LayerFigures {
  readonly end: "asked" | "killed";
  /** Milliseconds from its first answer to the first change of a knob; -1 where none came. */
  readonly changeMs: number;
  /** p99 of the first service in each second from its first answer to the end of the round, microseconds. */
  readonly secondsP99Us: readonly number[];
  /** Cores that its processes took while measured. */
  readonly cores: number;
  /** Cores that its programs in the kernel took, as it measures them itself; absent where it has not yet. */
  readonly sensorCores?: number;
  /** What it says of a change that is in force at the end of the round; "" where there is none. */
  readonly reason: string;
  /** Knobs that were not as before once it had ended. */
  readonly left: readonly string[];
  /** What changed when, seconds from the start of the round's measurement. */
  readonly changes: readonly { readonly atSeconds: number; readonly says: string }[];
}

export interface RoundFigures {
  readonly arm: ArmName;
  readonly round: number;
  readonly phases: readonly WindowFigures[];
  /** Cores that went to nobody of the bench; absent where the host does not count that. */
  readonly othersCores?: number;
  readonly layer?: LayerFigures;
}

const SECOND_US = 1e6;

export function serviceFigures(group: string, samples: Samples, fromUs: number, toUs: number): ServiceFigures {
  const all = new LatencyHistogram();
  for (const us of samples.latencyUs) all.record(us);
  return {
    group,
    p50Us: all.quantile(0.5),
    p99Us: all.quantile(0.99),
    p999Us: all.quantile(0.999),
    requests: all.count,
    secondsP99Us: secondsP99(samples, fromUs, toUs),
  };
}

/** p99 of the requests that were due in each whole second. */
export function secondsP99({ dueUs, latencyUs }: Samples, fromUs: number, toUs: number): number[] {
  const seconds = Array.from({ length: Math.floor((toUs - fromUs) / SECOND_US + 0.01) }, (): number[] => []);
  dueUs.forEach((due, i) => seconds[Math.floor((due - fromUs) / SECOND_US)]?.push(latencyUs[i] ?? 0));
  return seconds.map((second) => {
    const sorted = second.toSorted((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
  });
}
