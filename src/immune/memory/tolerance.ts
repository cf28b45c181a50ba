import type { Incident, LineageStep } from "../../core/incident.ts";
import type { Memory } from "../../core/memory.ts";
import { executableId } from "../programs/executable.ts";
import { likenessOf } from "./memory-cells.ts";
import { dropOldest } from "../bounded/oldest.ts";

export const TOLERANCE = {
  /** A month in which it did not happen again, and it is worth a word once more. */
  keptMs: 30 * 86_400_000,
  incidents: 256,
  /** Of the evidence, for the list of incidents. */
  evidence: 4,
} as const;

/** What was seen: the program, the program that started it, and the kinds of evidence. */
export interface Likeness {
  readonly program: string;
  readonly lineage: readonly LineageStep[];
  readonly kinds: readonly string[];
}

/**
 * What people said is nothing. More of the same (that program, started by that program, with no other kind of
 * evidence) stays silent and is counted; whatever is more than that is an incident again.
 */
export class Tolerance {
  private readonly entries = new Map<string, Incident>();

  /** False where nothing can be learned of it: no program is named, so everything would be alike. */
  add(incident: Incident): boolean {
    if (programOf(incident.lineage, 0) === "") return false;
    this.entries.delete(incident.id);
    const evidence = incident.evidence.slice(0, TOLERANCE.evidence);
    this.entries.set(incident.id, { ...incident, evidence, status: "dismissed" });
    dropOldest(this.entries, TOLERANCE.incidents);
    return true;
  }

  /** False where there is none of that name. */
  remove(id: string): boolean {
    return this.entries.delete(id);
  }

  list(wallMs: number): Memory[] {
    return [...this.entries.values()].flatMap((incident): Memory[] => {
      const { id, atMs, lastMs, count, kinds, lineage, evidence, techniques } = incident;
      // Nothing fades before its time; then all of it goes.
      if (wallMs - lastMs > TOLERANCE.keptMs) return [];
      const likeness = likenessOf(lineage, kinds, evidence, techniques);
      return [{ id, word: "dismissed", ...likeness, strength: 1, met: count - 1, atMs, lastMs }];
    });
  }

  /** The dismissed incident that this is more of, counted; undefined where it is something else. */
  count({ program, lineage, kinds }: Likeness, wallMs: number): Incident | undefined {
    for (const incident of this.entries.values()) {
      if (wallMs - incident.lastMs > TOLERANCE.keptMs) this.entries.delete(incident.id);
      else if (program !== "" && isLike(incident, program, lineage, kinds)) {
        const again = { ...incident, count: incident.count + 1, lastMs: Math.max(incident.lastMs, wallMs) };
        this.entries.set(incident.id, again);
        return again;
      }
    }
    return undefined;
  }

  /** Plain JSON, for `recall`. */
  remember(): unknown {
    return [...this.entries.values()];
  }

  recall(memory: unknown): void {
    if (!Array.isArray(memory)) return;
    for (const each of memory.slice(-TOLERANCE.incidents)) if (isIncident(each)) this.add(each);
  }
}

function isLike(
  incident: Incident,
  program: string,
  lineage: readonly LineageStep[],
  kinds: readonly string[],
): boolean {
  return (
    programOf(incident.lineage, 0) === program &&
    programOf(incident.lineage, 1) === programOf(lineage, 1) &&
    kinds.every((kind) => incident.kinds.includes(kind))
  );
}

function programOf(lineage: readonly LineageStep[], step: number): string {
  return executableId(lineage[step]?.path ?? "", "");
}

function isIncident(value: unknown): value is Incident {
  if (typeof value !== "object" || value === null) return false;
  const { id, lastMs, count, kinds, evidence, lineage, says } = value as Partial<Record<keyof Incident, unknown>>;
  return (
    [id, says].every((text) => typeof text === "string") &&
    [lastMs, count].every((number) => Number.isFinite(number)) &&
    [kinds, evidence].every((list) => Array.isArray(list)) &&
    (kinds as unknown[]).every((kind) => typeof kind === "string") &&
    Array.isArray(lineage) &&
    lineage.every((step) => typeof (step as Partial<LineageStep> | null)?.path === "string")
  );
}
