import type { Evidence } from "../core/action.ts";
import type { Agent, AgentContext } from "../core/agent.ts";
import { isCrowded, waitsInTailOnly } from "../core/crowding.ts";
import { type EntityKey, HOST } from "../core/entity.ts";
import { pressureTarget } from "../core/pressure-target.ts";
import { printable } from "../core/printable.ts";
import type { ReadingBatch, WorkloadInfo } from "../core/reading.ts";
import { missing, OBJECTIVE, type Own, ownOf } from "./demand-objective.ts";
import { type Wait, waitOf } from "./demand-wait.ts";
import { LADDERS, type Resource } from "./ladder.ts";
import { isLatency, type ReadWorkload, readWorkloads } from "./workload-readings.ts";

/*
 * The voice of those who wait. Each latency workload has a target for the time that a runnable task of it waits for a CPU
 * (99th percentile), for the share of the time that it waits for memory and storage, and perhaps a number of its own.
 * Missing one is deposited as demand on the workload, where people see it, and on the host, where those that could
 * give way feel it. The amount is how far over the target it is, in powers of two, so that twice over and ten times over
 * differ but neither drowns the other; at four readings a second and a half-life of 1.5 s, a wait of twice the target
 * adds up to 9 in a few seconds, one reading just over it to next to nothing.
 *
 * One reading over the target is an accident: a turn of somebody else's on the wrong CPU, the layer's own not least, makes a tail of a few
 * hundred waits, and a service that is well would be given what it does not need. So a wait counts from the second reading in a row on,
 * a quarter of a second after the first. And on a host with a CPU to spare a tail alone counts for nothing, however often, and
 * waiting that is more than that only when it lasts (core/crowding.ts).
 *
 * A number of the service's own is what counts: while it is well within its target nothing else is demanded, and when it
 * misses it, the demand is for what the service waits for most.
 */
export const DEMAND = {
  /** 16 times over the target: more makes no difference to what can be done. */
  mostPerReading: 4,
  /** Between two batches; what lies outside is a first batch, or a pause. */
  leastTurnMs: 50,
  mostTurnMs: 5000,
  /** A reading over the target is believed where the one before was too, and is no older than this. */
  againMs: 5000,
  /** On a host with a CPU to spare a wait is believed when it has lasted for so long: what another guest takes of a CPU is given back sooner. */
  lastsMs: 3000,
  /** A stall of one turn is an accident: pressure weighs by the second. */
  pressureMs: 1000,
} as const;

/** One demand before it is deposited. */
interface Cry {
  readonly resource: Resource;
  readonly kind: string;
  readonly weight: number;
  readonly says: string;
  readonly numbers: Readonly<Record<string, number>>;
}

export class DemandAgent implements Agent {
  readonly name = "demand";
  readonly colony = "balance" as const;
  readonly says = "deposits demand for CPU time, memory or storage when a latency workload misses its target";
  readonly wants = [];
  private readonly cpus: number | undefined;
  private lastMs = Number.NEGATIVE_INFINITY;
  /** Who waited for too long at the last reading, and since when at each. */
  private waiting: ReadonlyMap<EntityKey, number> = new Map();

  /** Of the host, by which its usage is judged. */
  constructor(cpus?: number) {
    this.cpus = cpus;
  }

  onReadings(batch: ReadingBatch, context: AgentContext): void {
    const sinceMs = context.nowMs - this.lastMs;
    this.lastMs = context.nowMs;
    const turnMs = Math.min(DEMAND.mostTurnMs, Math.max(DEMAND.leastTurnMs, sinceMs));
    const before = sinceMs <= DEMAND.againMs ? this.waiting : new Map<EntityKey, number>();
    const waiting = new Map<EntityKey, number>();
    const crowded = isCrowded(batch.readings, this.cpus);
    for (const workload of readWorkloads(batch, isLatency))
      for (const cry of cries(workload, turnMs)) {
        if (cry.weight <= 0) continue;
        if (cry.kind === "runq") {
          if (!crowded && waitsInTailOnly(workload.readings, workload.info.targetNs)) continue;
          const since = before.get(workload.entity);
          waiting.set(workload.entity, since ?? context.nowMs);
          if (since === undefined || (!crowded && context.nowMs - since < DEMAND.lastsMs)) continue;
        }
        for (const entity of [workload.entity, HOST])
          context.deposit(LADDERS[cry.resource].demand, this.evidence(cry, entity, context));
      }
    this.waiting = waiting;
  }

  private evidence({ kind, weight, says, numbers }: Cry, entity: EntityKey, { wallMs }: AgentContext): Evidence {
    return { atMs: wallMs, agent: this.name, kind, entity, weight, says, numbers };
  }
}

function cries({ info, readings }: ReadWorkload, turnMs: number): Cry[] {
  const wait = waitOf(readings, turnMs);
  const own = ownOf(readings);
  if (own !== undefined && own.excess < OBJECTIVE.comfortable) return [];
  const resource = own === undefined ? undefined : missing(info, readings, wait?.p99Ns);
  return [
    ...(own === undefined || resource === undefined ? [] : [ofOwn(info, own, resource)]),
    ...(wait === undefined ? [] : [ofWait(info, wait)]),
    ...(["memory", "io"] as const).flatMap((each) => ofPressure({ info, readings }, each, turnMs)),
  ];
}

function ofOwn(info: WorkloadInfo, { value, target, excess, samples }: Own, resource: Resource): Cry {
  const what = info.objective === undefined ? "its own objective" : printable(info.objective, 160);
  return {
    resource,
    kind: `objective.${resource}`,
    weight: over(excess) * Math.min(1, samples / OBJECTIVE.fullSamples),
    says: `${labelOf(info)} is at ${short(value)}, its target is ${short(target)} (${what})`,
    numbers: { value, target, samples },
  };
}

function ofWait(info: WorkloadInfo, { p99Ns, confidence, samples, known }: Wait): Cry {
  const { targetNs } = info;
  const how = known === "p99" ? "99th percentile" : "estimated from the mean";
  return {
    resource: "cpu",
    kind: "runq",
    weight: over(p99Ns / targetNs) * confidence,
    says: `${labelOf(info)} waits ${milliseconds(p99Ns)} for a CPU (${how}), its target is ${milliseconds(targetNs)}`,
    numbers: { waitNs: p99Ns, targetNs, samples },
  };
}

function ofPressure(
  { info, readings }: Pick<ReadWorkload, "info" | "readings">,
  resource: "memory" | "io",
  turnMs: number,
): Cry[] {
  const share = readings.get(`pressure.${resource}.some`);
  if (share === undefined) return [];
  const target = pressureTarget(info, resource);
  const what = resource === "memory" ? "memory" : "storage";
  return [
    {
      resource,
      kind: `pressure.${resource}`,
      weight: over(share / target) * Math.min(1, turnMs / DEMAND.pressureMs),
      says: `${labelOf(info)} waits for ${what} ${percent(share)} of the time, its target is ${percent(target)}`,
      numbers: { share, target },
    },
  ];
}

/** 0 where the target is met, or where the number is none. */
function over(ratio: number): number {
  const powers = Math.log2(ratio);
  return powers > 0 && powers < Infinity ? Math.min(DEMAND.mostPerReading, powers) : 0;
}

function labelOf(info: WorkloadInfo): string {
  return printable(info.label === "" ? info.name : info.label, 80);
}

function milliseconds(ns: number): string {
  return `${short(ns / 1e6)} ms`;
}

function percent(share: number): string {
  return `${short(share * 100)} %`;
}

function short(value: number): string {
  return `${Number(value.toPrecision(3))}`;
}
