import type { Evidence } from "../../core/action.ts";
import type { Incident } from "../../core/incident.ts";
import { shortened } from "../../core/printable.ts";
import { INHERITED } from "../context/provenance.ts";
import type { Sighting } from "./sighting.ts";
import { STORY } from "./story.ts";
import { techniquesOf } from "./technique-list.ts";

export const WIDER = {
  /** Sentences that follow a paragraph: what was counted first is what a person reads first. */
  sentences: 2,
  /** With those that it began with: as many as are told outside (core/wire). */
  facts: 32,
} as const;

/** What an incident becomes by another kind of evidence on one of its processes, and the sentence that tells it. */
export interface Widening {
  readonly part: Pick<Incident, "kinds" | "techniques" | "evidence" | "concentration">;
  readonly says: string;
}

/**
 * What began as a strange start goes on as a shell at a connection, in a child or in the same process by then another program: no repeat,
 * and no incident of its own. Undefined where nothing is counted on it that the incident does not tell already.
 */
export function widening(
  incident: Incident,
  { entity, kinds, evidence, concentration }: Sighting,
): Widening | undefined {
  const isNew = (kind: string): boolean => !incident.kinds.includes(kind);
  if (!kinds.some(isNew)) return undefined;
  const found = evidence.filter((fact) => fact.entity === entity && fact.agent !== INHERITED && isNew(fact.kind));
  const counted = found.filter(({ kind }) => kinds.includes(kind)).toSorted((a, b) => b.weight - a.weight);
  const [first] = counted;
  if (first === undefined) return undefined;
  const known = new Set(incident.evidence.map(nameOf));
  const all = [...incident.evidence, ...found.filter((fact) => !known.has(nameOf(fact)))].slice(0, WIDER.facts);
  return {
    part: {
      kinds: [...new Set([...incident.kinds, ...counted.map(({ kind }) => kind)])].toSorted(),
      techniques: techniquesOf(all, incident.techniques),
      evidence: all,
      concentration: Math.max(incident.concentration, concentration),
    },
    says: ` After that, ${shortened(first.says, STORY.fact)}.`,
  };
}

function nameOf({ agent, kind, entity, atMs }: Evidence): string {
  return [agent, kind, entity, atMs].join("\n");
}
