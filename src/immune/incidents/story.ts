import type { Evidence } from "../../core/action.ts";
import type { AgentContext } from "../../core/agent.ts";
import { shortened } from "../../core/printable.ts";
import { originOf } from "../programs/ancestry.ts";
import { baseName, nameOf, processName } from "../programs/executable.ts";
import { INHERITED } from "../context/provenance.ts";
import type { Sighting } from "./sighting.ts";

export const STORY = {
  /** The paragraph without the count of repeats that an incident adds (incident-book.ts). */
  length: 560,
  fact: 160,
  /** Longer paths are shown by their beginning and end; the evidence has them in full. */
  path: 36,
} as const;

/** As long as a host is being learned. */
export const TOLERATED =
  "Nothing is done about it by itself: it may only be new to a layer that does not know this host yet.";

/**
 * One paragraph for a tired person: who, what was found in order of time, and why that is enough. Printable. `before`: the program that it was when
 * the incident began, as which its line of processes goes on showing it.
 */
export function tell(sighting: Sighting, context: AgentContext, before = ""): string {
  const opening = `${who(sighting, context, before)} ${misfit(sighting)}.`;
  const closing = sighting.isTolerated ? `${enough(sighting)} ${TOLERATED}` : enough(sighting);
  const facts = sighting.foremost.filter((evidence) => evidence.agent !== INHERITED);
  const all = sighting.evidence.filter((evidence) => evidence.agent !== INHERITED).length;
  for (let kept = byImportance(facts, sighting); ; kept = kept.slice(0, -1)) {
    const shown = facts.filter((fact) => kept.includes(fact));
    const leftOut = all - shown.length + sighting.leftOut;
    const text = [opening, ...sentences(shown), ...more(leftOut), closing].join(" ");
    if (text.length <= STORY.length || kept.length === 0) return shortened(text, STORY.length);
  }
}

/** One sentence, for the proposal. */
export function tellShortly(sighting: Sighting, context: AgentContext): string {
  return (
    `${processName(context, sighting.entity)} ${misfit(sighting)}: ` +
    `${sighting.kinds.join(", ")} together ${sighting.concentration.toFixed(1)}`
  );
}

/** "update (4711), by now sh, started by bash (4700)," */
function who(sighting: Sighting, context: AgentContext, before: string): string {
  const now = nameOf(context, sighting.entity);
  const by = startedBy(sighting, context);
  const name = processName(context, sighting.entity);
  if (before === "" || before === now) return `${name}${by}`;
  return `${before}${name.slice(now.length)}, by now ${now}${by === "" ? "," : by}`;
}

function misfit({ seenBefore }: Sighting): string {
  return seenBefore === undefined
    ? "does not fit what this host has learned"
    : `does what was seen before and confirmed (${seenBefore})`;
}

/** Why it is an incident. */
function enough({ kinds, concentration, seenBefore, decisive, factor }: Sighting): string {
  const sum = `together ${concentration.toFixed(1)}`;
  if (seenBefore !== undefined && kinds.length < 2)
    return `One kind of evidence (${kinds.join(", ")}) of ${concentration.toFixed(1)} is enough, for it is like ${seenBefore}.`;
  if (decisive && kinds.length < 2) return `The rule's author says that this is enough alone (${kinds.join(", ")}).`;
  const surroundings = factor > 1.1 ? ", and its line of processes is in trouble" : "";
  return `${numberOf(kinds)} independent kinds of evidence agree (${kinds.join(", ")}), ${sum}${surroundings}.`;
}

function startedBy(sighting: Sighting, context: AgentContext): string {
  if (sighting.parent === "") return "";
  const origin = originOf(sighting.parent, context)?.record.key ?? sighting.parent;
  const through = origin === sighting.parent ? "" : ` through ${processName(context, sighting.parent)}`;
  return `, started by ${processName(context, origin)}${through},`;
}

/** The last is the first to be left out of a paragraph that is too long: what others did goes before its own. */
function byImportance(facts: readonly Evidence[], sighting: Sighting): Evidence[] {
  const isOwn = (fact: Evidence): number => Number(fact.entity === sighting.entity);
  return facts.toSorted((a, b) => isOwn(b) - isOwn(a) || b.weight - a.weight || b.atMs - a.atMs);
}

/** The paragraph without the word on what it leaves out, for where all is told. */
export function withoutLeftOut(says: string): string {
  return says.replace(/ (?:One more fact is|\d+ more facts are) left out\./, "");
}

function more(count: number): string[] {
  if (count <= 0) return [];
  return [count === 1 ? "One more fact is left out." : `${count} more facts are left out.`];
}

function sentences(facts: readonly Evidence[]): string[] {
  const named = new Set<string>();
  const brief = (path: string): string => {
    if (named.has(path)) return baseName(path);
    named.add(path);
    return shortPath(path);
  };
  return facts.map(({ says, atMs }, index) => {
    const text = shortened(says.replace(/(?<![^\s(])\/[^\s,)]+/g, brief), STORY.fact);
    return `${whenSaid(atMs, facts[index - 1]?.atMs)} ${text}.`;
  });
}

/** "/tmp/…/drop/update" */
function shortPath(path: string): string {
  if (path.length <= STORY.path) return path;
  const parts = path.split("/");
  const folder = parts.length > 4 ? `${parts.at(-2) ?? ""}/` : "";
  const short = `/${parts[1] ?? ""}/…/${folder}${parts.at(-1) ?? ""}`;
  return short.length < path.length ? short : path;
}

function whenSaid(atMs: number, beforeMs: number | undefined): string {
  if (beforeMs === undefined) return "First,";
  const seconds = Math.round((atMs - beforeMs) / 1000);
  if (seconds < 1) return "Then";
  return seconds < 120 ? `After ${seconds} s,` : `After ${Math.round(seconds / 60)} min,`;
}

function numberOf(kinds: readonly string[]): string {
  return ["No", "One", "Two", "Three", "Four", "Five"][kinds.length] ?? String(kinds.length);
}
