import type { Evidence } from "../core/action.ts";
import type { Agent, AgentContext } from "../core/agent.ts";
import { type EntityKey, HOST } from "../core/entity.ts";
import { printable } from "../core/printable.ts";
import type { ReadingBatch, ReadingName } from "../core/reading.ts";
import { isLatency, type ReadWorkload, readWorkloads } from "./workload-readings.ts";

/*
 * The voice of those who wait. Each latency workload has a target for the time that a runnable task of it waits for a CPU
 * (99th percentile). Waiting longer is deposited as demand.cpu on the workload, where people see it, and on the host,
 * where those that could give way feel it. The amount is how far over the target it is, in powers of two, so that
 * twice over and ten times over differ but neither drowns the other; at four readings a second and a half-life of
 * 1.5 s, a wait of twice the target adds up to 9 in a few seconds, one reading just over it to next to nothing.
 */
export const DEMAND = {
  /** Fewer waits in a reading say nothing about a tail. */
  leastSamples: 10,
  /** From here a 99th percentile is more than the largest value seen; below, it weighs in proportion. */
  fullSamples: 100,
  /** 16 times over the target: more makes no difference to what can be done. */
  mostPerReading: 4,
  /** Without eBPF only the mean is known. For exponential waits the 99th percentile is ln 100 times the mean. */
  p99OverMean: Math.log(100),
  /** That is a guess, repeated until the next sample a second later: it weighs a third. */
  meanWeight: 1 / 3,
  /** Between two batches; what lies outside is a first batch, or a pause. */
  leastTurnMs: 50,
  mostTurnMs: 5000,
} as const;

interface Wait {
  readonly p99Ns: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly samples: number;
  readonly known: "p99" | "mean";
}

export class DemandAgent implements Agent {
  readonly name = "demand";
  readonly colony = "balance" as const;
  readonly says = "deposits demand for CPU time when a latency workload waits longer for a CPU than its target";
  readonly wants = [];
  private lastMs = Number.NEGATIVE_INFINITY;

  onReadings(batch: ReadingBatch, context: AgentContext): void {
    const sinceMs = context.nowMs - this.lastMs;
    this.lastMs = context.nowMs;
    const turnMs = Math.min(DEMAND.mostTurnMs, Math.max(DEMAND.leastTurnMs, sinceMs));
    for (const workload of readWorkloads(batch, isLatency)) {
      const wait = waitOf(workload.readings, turnMs);
      const weight = wait === undefined ? 0 : demandOf(wait, workload.info.targetNs);
      if (wait === undefined || weight === 0) continue;
      for (const entity of [workload.entity, HOST])
        context.deposit("demand.cpu", this.evidence(workload, entity, wait, weight, context));
    }
  }

  private evidence(
    { info }: ReadWorkload,
    entity: EntityKey,
    wait: Wait,
    weight: number,
    { wallMs }: AgentContext,
  ): Evidence {
    const label = printable(info.label === "" ? info.name : info.label, 80);
    const what = wait.known === "p99" ? "99th percentile" : "estimated from the mean";
    return {
      atMs: wallMs,
      agent: this.name,
      kind: "runq",
      entity,
      weight,
      says: `${label} waits ${milliseconds(wait.p99Ns)} for a CPU (${what}), its target is ${milliseconds(info.targetNs)}`,
      numbers: { waitNs: wait.p99Ns, targetNs: info.targetNs, samples: wait.samples },
    };
  }
}

/** Undefined where too little is known. */
function waitOf(readings: ReadonlyMap<ReadingName, number>, turnMs: number): Wait | undefined {
  const p99Ns = readings.get("runq.delay.p99");
  const perSecond = readings.get("runq.count");
  const samples = perSecond === undefined ? 0 : (perSecond * turnMs) / 1000;
  if (p99Ns !== undefined && perSecond !== undefined) {
    if (samples < DEMAND.leastSamples) return undefined;
    return { p99Ns, confidence: Math.min(1, samples / DEMAND.fullSamples), samples, known: "p99" };
  }
  const meanNs = readings.get("runq.delay.mean");
  if (meanNs === undefined) return undefined;
  return { p99Ns: meanNs * DEMAND.p99OverMean, confidence: DEMAND.meanWeight, samples, known: "mean" };
}

/** 0 where the target is met, or where the number is none. */
function demandOf({ p99Ns, confidence }: Wait, targetNs: number): number {
  const over = Math.log2(p99Ns / targetNs);
  return over > 0 && over < Infinity ? Math.min(DEMAND.mostPerReading, over) * confidence : 0;
}

function milliseconds(ns: number): string {
  return `${Number((ns / 1e6).toPrecision(3))} ms`;
}
