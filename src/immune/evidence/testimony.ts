import { PHEROMONES, type AgentContext } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { decayRate, remaining } from "../../swarm/evaporation.ts";
import { originOf } from "../programs/ancestry.ts";
import { depositDanger, type DangerFact } from "./danger.ts";
import { deedsOf } from "./deeds.ts";
import { againInWords } from "../novelty/first-words.ts";
import { dropOldest } from "../bounded/oldest.ts";

export const REPEAT = {
  /** As long as a first waits to be learned (novelty.ts): until then an innocent program goes on repeating it. */
  windowMs: 600_000,
  /** Part of its weight that a repeat has while nothing else speaks against the process. */
  factor: 0.1,
  /** A fact this much heavier than when it was told is another fact: what excused it is gone. */
  heavier: 2,
  /** Another kind of evidence from this on is company. */
  company: 0.01,
  /** Less is not worth a deposit. */
  least: 0.05,
  /** From here on only every doubling of the count is told. */
  countedSingly: 16,
  /** Parents and grandparents whose repeats count once their descendant has company. */
  ancestors: 4,
  facts: 1024,
  entities: 1024,
  factsOfOne: 16,
  /** Facts on one process in one second; as many as are kept of it. A port scan makes 100,000, all saying the same. */
  perSecond: 24,
} as const;

const FADING = decayRate(PHEROMONES.danger.halfLifeMs);

interface Told {
  /** Names the fact among all that this agent tells, so that its repeats are known as such (digest.ts). */
  readonly id: number;
  sinceMs: number;
  weight: number;
  times: number;
}

interface Burst {
  readonly sinceMs: number;
  facts: number;
  unsaid: number;
}

interface Withheld {
  readonly fact: DangerFact;
  readonly atMs: number;
}

/**
 * One agent's facts: told in full once in a line of processes (children of one program), faintly where
 * they are repeated alone, so that a web application with a new endpoint is not accused with each request.
 * No attacker gets under the quorum by repeating first: with any other kind of evidence on the process,
 * before or after, or on a descendant, a repeat counts for what it is worth.
 */
export class Testimony {
  private readonly told = new Map<string, Told>();
  private readonly bursts = new Map<EntityKey, Burst>();
  private ids = 0;
  private readonly withheld = new Map<EntityKey, Map<string, Withheld>>();

  /**
   * Whether so much has been said about a process in this second that nothing could be added: ask before a fact is made
   * of what happened. The second's rest is counted and goes with the next fact.
   */
  isLoud(entity: EntityKey, nowMs: number): boolean {
    const burst = this.bursts.get(entity);
    if (burst === undefined || burst.facts < REPEAT.perSecond || nowMs - burst.sinceMs >= 1000) return false;
    burst.unsaid++;
    return true;
  }

  /** `what` names the fact within the line of the process: program and object. */
  tell(what: readonly string[], plain: DangerFact, context: AgentContext): void {
    const unsaid = this.count(plain.entity, context.nowMs);
    const numbered = unsaid === 0 ? plain : { ...plain, numbers: { ...plain.numbers, unsaid } };
    // Now: what is held back may be told while something else goes on.
    const fact = { ...numbered, deeds: plain.deeds ?? deedsOf(plain, context) };
    const origin = originOf(context.processes.get(fact.entity)?.parent ?? "", context);
    const name = [origin?.record.key ?? fact.entity, ...what].join("\n");
    const told = this.told.get(name);
    if (told === undefined) {
      const id = ++this.ids;
      this.told.set(name, { id, sinceMs: context.nowMs, weight: fact.weight, times: 1 });
      dropOldest(this.told, REPEAT.facts);
      depositDanger(context, { ...fact, numbers: { ...fact.numbers, fact: id } });
      return;
    }
    told.times++;
    const numbers = { ...fact.numbers, fact: told.id, times: told.times };
    const again = { ...fact, says: againInWords(fact.says), numbers };
    if (isOver(told, fact, context.nowMs)) {
      told.sinceMs = context.nowMs;
      told.weight = fact.weight;
      this.told.delete(name);
      this.told.set(name, told);
      depositDanger(context, again);
      return;
    }
    const missing = fact.weight - levelOf(again, context);
    if (missing >= REPEAT.least && hasCompany(again, fact.entity, context)) {
      depositDanger(context, { ...again, weight: missing });
      return;
    }
    if (missing >= REPEAT.least) this.withhold(name, again, context.nowMs);
    if (isToldCount(told.times)) depositDanger(context, { ...again, weight: fact.weight * REPEAT.factor });
  }

  /** There is danger on a process: what was held back about it, or about its ancestors, counts once other evidence joins it. */
  onDanger(entity: EntityKey, context: AgentContext): void {
    if (this.withheld.size === 0) return;
    const line = context.processes.lineage(entity).slice(0, 1 + REPEAT.ancestors);
    for (const holder of new Set([entity, ...line.map((step) => step.process)])) {
      for (const [name, { fact, atMs }] of this.withheld.get(holder) ?? []) {
        if (!hasCompany(fact, entity, context)) continue;
        this.release(holder, name);
        const weight = remaining(fact.weight, context.nowMs - atMs, FADING) - levelOf(fact, context);
        if (weight >= REPEAT.least) depositDanger(context, { ...fact, weight });
      }
    }
  }

  /** Counts a fact; gives how many before it went unsaid. */
  private count(entity: EntityKey, nowMs: number): number {
    const burst = this.bursts.get(entity);
    if (burst !== undefined && nowMs - burst.sinceMs < 1000) {
      burst.facts++;
      return 0;
    }
    this.bursts.delete(entity);
    this.bursts.set(entity, { sinceMs: nowMs, facts: 1, unsaid: 0 });
    dropOldest(this.bursts, REPEAT.entities);
    return burst?.unsaid ?? 0;
  }

  private withhold(name: string, fact: DangerFact, atMs: number): void {
    const facts = this.withheld.get(fact.entity) ?? new Map<string, Withheld>();
    facts.delete(name);
    facts.set(name, { fact, atMs });
    dropOldest(facts, REPEAT.factsOfOne);
    this.withheld.delete(fact.entity);
    this.withheld.set(fact.entity, facts);
    dropOldest(this.withheld, REPEAT.entities);
  }

  private release(entity: EntityKey, name: string): void {
    const facts = this.withheld.get(entity);
    facts?.delete(name);
    if (facts?.size === 0) this.withheld.delete(entity);
  }
}

function isOver(told: Told, fact: DangerFact, nowMs: number): boolean {
  return nowMs - told.sinceMs >= REPEAT.windowMs || fact.weight >= told.weight * REPEAT.heavier;
}

function levelOf(fact: DangerFact, context: AgentContext): number {
  return context.field.bySource(fact.entity, "danger").get(fact.kind) ?? 0;
}

function hasCompany(fact: DangerFact, entity: EntityKey, context: AgentContext): boolean {
  const sources = [...context.field.bySource(entity, "danger")];
  return sources.some(([kind, amount]) => kind !== fact.kind && amount >= REPEAT.company);
}

function isToldCount(times: number): boolean {
  return times <= REPEAT.countedSingly || Number.isInteger(Math.log2(times));
}

/** "" for a fact told once; of many repeats only the doublings are known. */
export function timesInWords(times: number): string {
  if (!(times > 1)) return "";
  return times <= REPEAT.countedSingly ? ` (${times} times)` : ` (at least ${times} times)`;
}
