import type { Evidence } from "../../core/action.ts";
import { PHEROMONES } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { decayRate, remaining } from "../../swarm/evaporation.ts";
import { INHERITED } from "../context/provenance.ts";
import { timesInWords } from "../evidence/testimony.ts";

export const DIGEST = {
  /** What an incident keeps: `swarms explain` lists them all. */
  facts: 24,
  /** What a person reads before acting, and the journal keeps with a change. */
  foremost: 8,
} as const;

export interface Digest {
  /** Each fact once, with how often, in order of the time it was first seen. */
  readonly evidence: readonly Evidence[];
  /** The weightiest of them, in the same order. */
  readonly foremost: readonly Evidence[];
  /** Facts that are not among the evidence. */
  readonly leftOut: number;
}

interface Fact {
  readonly first: Evidence;
  /** The latest time it was told: its words hold for all. */
  readonly last: Evidence;
  readonly weight: number;
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
  const chosen = [...new Set([...kinds.values(), ...ranked])].slice(0, DIGEST.facts);
  const kept = (most: number): Fact[] => facts.filter((fact) => chosen.slice(0, most).includes(fact));
  const told = new Map(kept(DIGEST.facts).map((fact) => [fact, asEvidence(fact)]));
  return {
    evidence: [...told.values()],
    foremost: kept(DIGEST.foremost).flatMap((fact) => told.get(fact) ?? []),
    leftOut: facts.length - chosen.length,
  };
}

/** In order of their first time. */
function foldFacts(evidence: readonly Evidence[], entity: EntityKey): Fact[] {
  const facts = new Map<string, Fact>();
  for (const item of evidence.toSorted((a, b) => a.atMs - b.atMs)) {
    const { agent, kind } = item;
    // What flowed down from a parent is one thing, in however many pieces it came.
    const what = agent === INHERITED ? item.entity : (item.numbers["fact"] ?? item.says);
    const name = [agent, kind, what].join("\n");
    const known = facts.get(name);
    facts.set(name, {
      first: known?.first ?? item,
      weight: Math.max(known?.weight ?? 0, item.weight),
      last: item,
      times: Math.max(known?.times ?? 1, item.numbers["times"] ?? 1),
      own: known?.own === true || (item.entity === entity && agent !== INHERITED),
    });
  }
  return [...facts.values()];
}

function left(fact: Fact, nowMs: number): number {
  return remaining(fact.weight, Math.max(0, nowMs - fact.last.atMs), FADING);
}

/** Without the names of deeds, which are the hive's own. */
function asEvidence({ first, last, weight, times }: Fact): Evidence {
  const { deeds: _deeds, bundled: _bundled, ...kept } = first;
  if (times <= 1) return { ...kept, weight };
  return { ...kept, weight, says: last.says + timesInWords(times), numbers: { ...last.numbers, times } };
}
