import type { Evidence } from "../core/action.ts";
import type { AgentContext } from "../core/agent.ts";
import { printable } from "../core/printable.ts";
import { processName } from "./executable.ts";
import { INHERITED } from "./provenance.ts";
import type { Sighting } from "./sighting.ts";

const MAX_FACTS = 8;

/** One paragraph for a tired person: what was found, in order of time, and why that is enough. Printable. */
export function tell(sighting: Sighting, context: AgentContext): string {
  const who = processName(context, sighting.entity);
  const parent = sighting.parent === "" ? "" : `, started by ${processName(context, sighting.parent)},`;
  const facts = sighting.evidence.filter((evidence) => evidence.agent !== INHERITED).slice(-MAX_FACTS);
  return [
    `${who}${parent} does not fit what this host has learned.`,
    ...facts.map((fact, index) => `${whenSaid(facts, index)} ${printable(fact.says, 400)}.`),
    `${numberOf(sighting.kinds)} independent kinds of evidence agree (${sighting.kinds.join(", ")}), ` +
      `together ${sighting.concentration.toFixed(1)}.`,
  ].join(" ");
}

/** One sentence, for the proposal. */
export function tellShortly(sighting: Sighting, context: AgentContext): string {
  return (
    `${processName(context, sighting.entity)} does not fit what this host has learned: ` +
    `${sighting.kinds.join(", ")} together ${sighting.concentration.toFixed(1)}`
  );
}

function whenSaid(facts: readonly Evidence[], index: number): string {
  const before = facts[index - 1];
  const fact = facts[index];
  if (before === undefined || fact === undefined) return "First,";
  const seconds = Math.round((fact.atMs - before.atMs) / 1000);
  if (seconds < 1) return "Then";
  return seconds < 120 ? `Then, ${seconds} s later,` : `Then, ${Math.round(seconds / 60)} min later,`;
}

function numberOf(kinds: readonly string[]): string {
  return ["No", "One", "Two", "Three", "Four", "Five"][kinds.length] ?? String(kinds.length);
}
