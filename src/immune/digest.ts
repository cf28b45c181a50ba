import type { Evidence } from "../core/action.ts";
import { PHEROMONES } from "../core/agent.ts";
import type { EntityKey } from "../core/entity.ts";
import { decayRate, remaining } from "../swarm/evaporation.ts";
import { INHERITED } from "./provenance.ts";
import { timesInWords } from "./testimony.ts";

export const DIGEST = {
  /** What a person reads before acting. */
  facts: 8,
} as const;

export interface Digest {
  /** Each fact once, with how often, in order of the time it was first seen. */
  readonly evidence: readonly Evidence[];
  /** Facts that are not among them. */
  readonly leftOut: number;
}

interface Fact {
  readonly first: Evidence;
  readonly weight: number;
  readonly lastMs: number;
  readonly times: number;
  readonly own: boolean;
}

const FADING = decayRate(PHEROMONES.danger.halfLifeMs);

/**
 * Boils the evidence of a case down to what a person reads: the strongest fact of each kind on the process
 * itself first, for it is what the quorum counted, then what has most of its weight left, which is strong or late.
 */
export function digest(evidence: readonly Evidence[], entity: EntityKey, nowMs: number): Digest {
  const facts = foldFacts(evidence, entity);
  const ranked = facts.toSorted((a, b) => left(b, nowMs) - left(a, nowMs));
  const own = ranked.filter((fact) => fact.own);
  // Written weakest first, so that the strongest of each kind stays.
  const kinds = new Map(own.toReversed().map((fact) => [fact.first.kind, fact]));
  const chosen = new Set([...new Set([...kinds.values(), ...ranked])].slice(0, DIGEST.facts));
  return {
    evidence: facts.filter((fact) => chosen.has(fact)).map(asEvidence),
    leftOut: facts.length - chosen.size,
  };
}

/** In order of their first time. */
function foldFacts(evidence: readonly Evidence[], entity: EntityKey): Fact[] {
  const facts = new Map<string, Fact>();
  for (const item of evidence.toSorted((a, b) => a.atMs - b.atMs)) {
    const { agent, kind } = item;
    // What flowed down from a parent is one thing, in however many pieces it came.
    const name = [agent, kind, agent === INHERITED ? item.entity : item.says].join("\n");
    const known = facts.get(name);
    facts.set(name, {
      first: known?.first ?? item,
      weight: Math.max(known?.weight ?? 0, item.weight),
      lastMs: item.atMs,
      times: Math.max(known?.times ?? 1, item.numbers["times"] ?? 1),
      own: known?.own === true || (item.entity === entity && agent !== INHERITED),
    });
  }
  return [...facts.values()];
}

function left(fact: Fact, nowMs: number): number {
  return remaining(fact.weight, Math.max(0, nowMs - fact.lastMs), FADING);
}

function asEvidence({ first, weight, times }: Fact): Evidence {
  if (times <= 1) return { ...first, weight };
  return { ...first, weight, says: first.says + timesInWords(times), numbers: { ...first.numbers, times } };
}
