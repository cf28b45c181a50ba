import { setImmediate } from "node:timers/promises";
import type { EventKind } from "../core/event-kinds.ts";
import type { RuleSources } from "../core/rule-sources.ts";
import { PROCFS_KINDS, type RuleStatus } from "../core/status.ts";
import type { AntibodyAgent } from "../immune/evidence/antibodies.ts";
import { kindsOfType } from "../senses/calls/event-types.ts";

/** The warden waits no longer than two seconds for a sign of life. */
const soon = (): Promise<void> => setImmediate();

type Counts = Omit<RuleStatus, "latest">;

/**
 * Reads rule files for the agent that asks rules. The reader is loaded at the first file, so that a layer without rules does not carry
 * it. A file that is wrong changes nothing: the rules of before go on, and what is wrong is said.
 */
export class RuleDesk {
  private readonly agent: AntibodyAgent;
  private readonly source: "ebpf" | "procfs";
  private counts: Counts | undefined;
  /** Reading has pauses: what was handed in last is to stay, whichever is done first. */
  private reading: Promise<unknown> = Promise.resolve();

  constructor(agent: AntibodyAgent, source: "ebpf" | "procfs") {
    this.agent = agent;
    this.source = source;
  }

  /** What is in force now; undefined where there never were any rules. */
  use(handed: RuleSources, atMs: number): Promise<RuleStatus | undefined> {
    const turn = this.reading.then(() => this.take(handed, atMs));
    this.reading = turn.catch(() => undefined);
    return turn;
  }

  private async take(handed: RuleSources, atMs: number): Promise<RuleStatus | undefined> {
    const wrong = handed.missing.length > 0 ? handed.missing : await this.read(handed);
    if (this.counts === undefined && wrong.length === 0) return undefined;
    const counts = this.counts ?? NO_RULES;
    const latest = wrong.length === 0 ? { atMs } : { atMs, says: ruleTrouble(wrong, counts) };
    return { ...counts, latest };
  }

  /** What is wrong; then nothing has changed. */
  private async read({ sources, users, groups, hostname, matching }: RuleSources): Promise<readonly string[]> {
    if (sources.length === 0) {
      this.agent.use(undefined);
      if (this.counts !== undefined) this.counts = NO_RULES;
      return [];
    }
    const { readRules } = await import("../immune/rules/rule-reader.ts");
    const [userNames, groupNames] = [new Map(users), new Map(groups)];
    const accounts = { user: (uid: number) => userNames.get(uid), group: (gid: number) => groupNames.get(gid) };
    const options = { kindsOf: this.kindsOf, accounts, hostname, matching };
    const { reader, counts, wrong } = await readRules(sources, options, soon);
    if (reader === undefined) return wrong;
    this.agent.use(reader);
    this.counts = counts;
    return [];
  }

  private readonly kindsOf = (type: string): readonly EventKind[] => {
    const kinds = kindsOfType(type);
    return this.source === "ebpf" ? kinds : kinds.filter((kind) => PROCFS_KINDS.includes(kind));
  };
}

const NO_RULES: Counts = { inForce: 0, turnedOff: 0, inPart: 0, unusable: { events: 0, fields: 0 } };

/** One sentence of what is wrong, for where people look. */
function ruleTrouble(wrong: readonly string[], { inForce }: Counts): string {
  const [first = ""] = wrong;
  const more = wrong.length > 1 ? `, and ${wrong.length - 1} more` : "";
  const instead = inForce === 0 ? "no rules are in force" : "the rules of before go on";
  return `SW-RULE: ${first.split("\n")[0] ?? ""}${more} (see \`swarms rules validate\`); ${instead}`;
}
