import type { Agent, AgentContext } from "../../../core/agent.ts";
import { workloadKey, type EntityKey } from "../../../core/entity.ts";
import type { SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import type { ReadingBatch } from "../../../core/reading.ts";
import { processName } from "../../programs/executable.ts";
import { type Connected, LongConnections } from "./long-connections.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { SteadyLoad } from "./steady-load.ts";
import type { DangerFact } from "../danger.ts";
import { Witness } from "../witness.ts";

export const MINER = {
  /** Cores: a miner that hides takes part of one, and a fifth is worth nothing to it. */
  leastCores: 0.2,
  /** Deviation over mean: a hash loop hardly varies, and work that comes in pieces does (steady load is what detectors of miners by behaviour go by: Tanana 2020). */
  mostVariation: 0.25,
  /** From here on it is told, and after this it is as good as sure. */
  fromMs: 60_000,
  sureMs: 600_000,
  weight: 0.5,
  sure: 0.85,
  /** A connection younger than this may still be followed by others. */
  quietMs: 45_000,
  /** Of more such processes in one group none is told: that is what the group is for. */
  together: 4,
  workloads: 1024,
} as const;

/** Steady computing by a program that this host does not know, and one connection that it keeps. */
export class MinerAgent extends Witness implements Agent {
  readonly name = "miner";
  readonly colony = "immune";
  readonly says = "notices steady computing by an unknown program that keeps one connection and does nothing else";
  readonly wants = ["exec", "connect", "exit"] as const;
  private readonly connections = new LongConnections();
  private readonly loads = new Map<EntityKey, SteadyLoad>();
  private readonly toldAt = new Map<EntityKey, number>();

  onEvent(event: SensedEvent, context: AgentContext): void {
    this.connections.note(event, context);
  }

  onReadings(batch: ReadingBatch, context: AgentContext): void {
    for (const { entity, name, value } of batch.readings) {
      if (name !== "cpu.cores") continue;
      const load = this.loads.get(entity) ?? new SteadyLoad(MINER.leastCores, MINER.mostVariation);
      load.add(value, context.nowMs);
      this.loads.delete(entity);
      this.loads.set(entity, load);
      dropOldest(this.loads, MINER.workloads);
    }
    const byGroup = new Map<EntityKey, Connected[]>();
    for (const connected of this.connections.quiet(MINER.quietMs, context.nowMs)) {
      const group = this.groupOf(connected.key, context);
      if (group === undefined) continue;
      const those = byGroup.get(group) ?? [];
      those.push(connected);
      byGroup.set(group, those);
    }
    for (const [group, those] of byGroup)
      if (those.length < MINER.together) for (const each of those) this.judge(each, group, those.length, context);
  }

  remember(): unknown {
    return this.connections.remember();
  }

  recall(memory: unknown): void {
    this.connections.recall(memory);
  }

  private judge(connected: Connected, group: EntityKey, beside: number, context: AgentContext): void {
    const { key } = connected;
    const load = this.loads.get(group);
    if (load === undefined) return;
    const forMs = Math.min(load.steadyForMs(context.nowMs), context.nowMs - connected.firstMs);
    if (forMs < MINER.fromMs || context.nowMs - (this.toldAt.get(key) ?? Number.NEGATIVE_INFINITY) < MINER.fromMs)
      return;
    this.toldAt.delete(key);
    this.toldAt.set(key, context.nowMs);
    dropOldest(this.toldAt, MINER.workloads);
    const sure = Math.min(1, (forMs - MINER.fromMs) / (MINER.sureMs - MINER.fromMs));
    const { mean, variation } = load;
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: key,
      weight: (MINER.weight + (MINER.sure - MINER.weight) * sure) / beside,
      says:
        `${processName(context, key)}, unknown here, keeps a connection to ${printable(connected.to, 80)} and nothing else, ` +
        `while its group computes ${mean.toFixed(1)} cores without a break for ${Math.round(forMs / 1000)} s`,
      numbers: { cores: mean, variation, seconds: Math.round(forMs / 1000), connections: connected.connections },
      techniques: ["T1496.001"],
    };
    this.raise(fact, context);
  }

  /** Goes on as one fact: what has evaporated of it is added. */
  private raise(fact: DangerFact, context: AgentContext): void {
    const level = context.field.bySource(fact.entity, "danger").get(fact.kind) ?? 0;
    if (level < fact.weight) this.testimony.tell([fact.entity], fact, context);
  }

  /** The workload whose CPU time is measured: its cgroup or the nearest above, or the group of its program's name. */
  private groupOf(key: EntityKey, context: AgentContext): EntityKey | undefined {
    const record = context.processes.get(key);
    if (record === undefined) return undefined;
    for (let path = record.cgroup; path.length > 1; path = path.slice(0, path.lastIndexOf("/"))) {
      const group = workloadKey(path);
      if (this.loads.has(group)) return group;
    }
    const named = workloadKey(`exe:${record.comm}`);
    return this.loads.has(named) ? named : undefined;
  }
}
