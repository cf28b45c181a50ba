import { setImmediate } from "node:timers/promises";
import type { RuleSources } from "../core/rule-sources.ts";
import type { AntibodyAgent } from "../immune/antibodies.ts";
import { kindsOfType } from "../senses/calls/event-types.ts";

/** What became of rule files that were handed in. */
/** The warden waits no longer than two seconds for a sign of life. */
const soon = (): Promise<void> => setImmediate();

export interface RuleReport {
  readonly rules: number;
  /** Sentences for people; the first line of each says where. */
  readonly wrong: readonly string[];
}

/**
 * Reads rule files for the agent that asks rules. The reader is loaded at the first file, so that a layer without rules does not carry
 * it. A file that is wrong changes nothing: the rules of before go on, and what is wrong is said.
 */
export async function useRules(handed: RuleSources, agent: AntibodyAgent): Promise<RuleReport> {
  if (handed.missing.length > 0) return { rules: 0, wrong: handed.missing };
  if (handed.sources.length === 0) {
    agent.use(undefined);
    return { rules: 0, wrong: [] };
  }
  const { readRules } = await import("../immune/rules/rule-reader.ts");
  const users = new Map(handed.users);
  const groups = new Map(handed.groups);
  const accounts = { user: (uid: number) => users.get(uid), group: (gid: number) => groups.get(gid) };
  const { hostname, matching, sources } = handed;
  const { reader, rules, wrong } = await readRules(
    sources,
    { kindsOf: kindsOfType, accounts, hostname, matching },
    soon,
  );
  if (reader !== undefined) agent.use(reader);
  return { rules, wrong };
}

/** One sentence of what is wrong, for where people look. */
export function ruleTrouble(wrong: readonly string[]): string {
  const [first = ""] = wrong;
  const more = wrong.length > 1 ? `, and ${wrong.length - 1} more` : "";
  return `SW-RULE: ${first.split("\n")[0] ?? ""}${more} (see \`swarms rules validate\`); the rules of before go on`;
}
