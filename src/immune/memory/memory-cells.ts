import type { Evidence } from "../../core/action.ts";
import type { Incident, LineageStep } from "../../core/incident.ts";
import type { Memory } from "../../core/memory.ts";
import { decayRate, remaining } from "../../swarm/evaporation.ts";
import type { QuorumRule } from "../../swarm/quorum.ts";
import { CLASS_NUMBERS } from "../evidence/network/address-class.ts";
import { natureOf } from "../programs/ancestry.ts";
import { executableId } from "../programs/executable.ts";
import { dropOldest } from "../bounded/oldest.ts";
import { QUORUM } from "../quorum/quorum-rule.ts";
import { techniquesOf } from "../incidents/technique-list.ts";

export const MEMORY_CELLS = {
  /** A month after a person's word it counts half; meeting its like does not renew it, another word does. */
  halfLifeMs: 30 * 86_400_000,
  /** Forgotten below this: two months after the last word. */
  least: 0.25,
  cells: 256,
} as const;

/** What speaks for its being the same, together at most 1. Any file can be named anything, so no part is enough alone. */
const LIKENESS = {
  program: 0.4,
  /** Another name in the same folder: droppers choose names by chance. */
  folder: 0.2,
  parent: 0.3,
  technique: 0.15,
  destination: 0.15,
  /** From here on it is recognised. */
  enough: 0.65,
} as const;

/** What is enough for an incident where its like was confirmed: half of it, and one kind, of those that it had. */
export const RECOGNISED: QuorumRule = { ...QUORUM.danger, concentration: QUORUM.danger.concentration / 2, kinds: 1 };

const FADING = decayRate(MEMORY_CELLS.halfLifeMs);

/** What is seen now, to be compared. */
export interface Likeness extends Pick<Memory, "program" | "parent" | "kinds" | "techniques" | "destinations"> {}

/**
 * Memory cells: what a person confirmed is recognised at once when it is met again. (As in the adaptive immune system's
 * secondary response; de Castro and Timmis, "Artificial Immune Systems", 2002, section 2.7.)
 */
export class MemoryCells {
  private readonly cells = new Map<string, Memory>();

  get size(): number {
    return this.cells.size;
  }

  /** False where nothing can be recognised by it: no program is named. */
  add(incident: Incident, wallMs: number): boolean {
    const likeness = likenessOf(incident.lineage, incident.kinds, incident.evidence, incident.techniques);
    if (likeness.program === "") return false;
    const met = this.cells.get(incident.id)?.met ?? 0;
    this.cells.delete(incident.id);
    const told = { strength: 1, met, atMs: wallMs, lastMs: incident.lastMs };
    this.cells.set(incident.id, { id: incident.id, word: "confirmed", ...likeness, ...told });
    dropOldest(this.cells, MEMORY_CELLS.cells);
    return true;
  }

  /** False where there is none of that name. */
  remove(id: string): boolean {
    return this.cells.delete(id);
  }

  /** The cell that it is most like; undefined where it is like none. */
  recognise(seen: Likeness, wallMs: number): Memory | undefined {
    let best: { readonly cell: Memory; readonly score: number } | undefined;
    for (const cell of this.list(wallMs)) {
      const score = seen.kinds.some((kind) => cell.kinds.includes(kind)) ? likenessTo(cell, seen) : 0;
      if (score >= LIKENESS.enough && score > (best?.score ?? 0)) best = { cell, score };
    }
    return best?.cell;
  }

  /** It was met once more. */
  meet(id: string, wallMs: number): void {
    const cell = this.cells.get(id);
    if (cell !== undefined) this.cells.set(id, { ...cell, met: cell.met + 1, lastMs: wallMs });
  }

  /** Those that are left, with what is left of them. */
  list(wallMs: number): Memory[] {
    const left = [...this.cells.values()].map((cell) => ({
      ...cell,
      strength: remaining(1, Math.max(0, wallMs - cell.atMs), FADING),
    }));
    for (const { id, strength } of left) if (strength < MEMORY_CELLS.least) this.cells.delete(id);
    return left.filter(({ strength }) => strength >= MEMORY_CELLS.least);
  }

  /** Plain JSON, for `recall`. */
  remember(): unknown {
    return [...this.cells.values()];
  }

  recall(memory: unknown): void {
    if (!Array.isArray(memory)) return;
    for (const each of memory.slice(-MEMORY_CELLS.cells) as unknown[])
      if (isMemory(each)) this.cells.set(each.id, each);
  }
}

/** How an incident, or what may become one, is known again. */
export function likenessOf(
  lineage: readonly LineageStep[],
  kinds: readonly string[],
  evidence: readonly Evidence[],
  techniques?: readonly string[],
): Likeness {
  const starter = lineage.slice(1).find(({ path }) => path !== "" && natureOf(path) !== "launcher");
  return {
    program: executableId(lineage[0]?.path ?? "", ""),
    parent: executableId((starter ?? lineage[1])?.path ?? "", ""),
    kinds,
    techniques: techniquesOf(evidence, techniques),
    destinations: destinationsIn(evidence),
  };
}

function destinationsIn(evidence: readonly Evidence[]): string[] {
  const seen = new Set(evidence.map(({ numbers }) => numbers["addressClass"]));
  return Object.entries(CLASS_NUMBERS).flatMap(([name, number]) => (seen.has(number) ? [name] : []));
}

function likenessTo(cell: Memory, seen: Likeness): number {
  const share = (ours: readonly string[], theirs: readonly string[], worth: number): number =>
    ours.some((each) => theirs.includes(each)) ? worth : 0;
  const isSame = cell.program === seen.program;
  return (
    (isSame ? LIKENESS.program : isBeside(cell.program, seen.program) ? LIKENESS.folder : 0) +
    (cell.parent !== "" && cell.parent === seen.parent ? LIKENESS.parent : 0) +
    share(cell.techniques, seen.techniques, LIKENESS.technique) +
    share(cell.destinations, seen.destinations, LIKENESS.destination)
  );
}

function isBeside(a: string, b: string): boolean {
  const folder = (name: string): string => name.slice(0, name.lastIndexOf("/"));
  return folder(a) !== "" && folder(a) === folder(b);
}

function isMemory(value: unknown): value is Memory {
  if (typeof value !== "object" || value === null) return false;
  const { id, word, program, parent, kinds, techniques, destinations, met, atMs, lastMs } = value as Partial<
    Record<keyof Memory, unknown>
  >;
  const isTexts = (list: unknown): boolean => Array.isArray(list) && list.every((each) => typeof each === "string");
  return (
    word === "confirmed" &&
    [id, program, parent].every((text) => typeof text === "string") &&
    [met, atMs, lastMs].every((number) => Number.isFinite(number)) &&
    [kinds, techniques, destinations].every(isTexts)
  );
}
