import { setImmediate } from "node:timers/promises";
import type { ContainerInfo } from "../core/container-info.ts";
import type { HostAddresses } from "../core/host-name.ts";
import type { EventKind } from "../core/event-kinds.ts";
import type { RuleSources } from "../core/rule-sources.ts";
import { PROCFS_KINDS, type RuleStatus } from "../core/status.ts";
import type { AntibodyAgent } from "../immune/evidence/antibodies.ts";
import { HostTable } from "../immune/rules/host-table.ts";
import { kindsOfType } from "../senses/calls/event-types.ts";

/** The warden waits no longer than two seconds for a sign of life. */
const soon = (): Promise<void> => setImmediate();

type Counts = Omit<RuleStatus, "latest" | "unresolved">;

/** What rules in force need looked up, and of which files (core/rule-sources.ts). */
export type Resolve = (revision: number, names: readonly string[]) => void;

/** Names without an address that are told by name. */
const NAMED = 8;

/**
 * Reads rule files for the agent that asks rules. The reader is loaded at the first file, so that a layer without rules does not carry
 * it. A file that is wrong changes nothing: the rules of before go on, and what is wrong is said.
 */
export class RuleDesk {
  private readonly agent: AntibodyAgent;
  private readonly source: "ebpf" | "procfs";
  private counts: Counts | undefined;
  private readonly resolve: Resolve;
  private latest: RuleStatus["latest"] | undefined;
  private containers: ReadonlyMap<string, ContainerInfo> = new Map();
  private readonly hosts = new HostTable();
  /** Names that the rules in force compare with. */
  private names: readonly string[] = [];
  /** Reading has pauses: what was handed in last is to stay, whichever is done first. */
  private reading: Promise<unknown> = Promise.resolve();

  constructor(agent: AntibodyAgent, source: "ebpf" | "procfs", resolve: Resolve = () => undefined) {
    this.agent = agent;
    this.source = source;
    this.resolve = resolve;
  }

  /** All that there are. */
  takeContainers(containers: readonly ContainerInfo[]): void {
    this.containers = new Map(containers.map((each) => [each.id, each]));
  }

  /** Where names lead, all of them; gives what is in force now. */
  takeAddresses(all: readonly HostAddresses[]): RuleStatus | undefined {
    this.hosts.take(all);
    return this.status();
  }

  /** What is in force now; undefined where there never were any rules. */
  use(handed: RuleSources, atMs: number): Promise<RuleStatus | undefined> {
    const turn = this.reading.then(() => this.take(handed, atMs));
    this.reading = turn.catch(() => undefined);
    return turn;
  }

  private async take(handed: RuleSources, atMs: number): Promise<RuleStatus | undefined> {
    const wrong = handed.missing.length > 0 ? handed.missing : await this.read(handed);
    if (this.counts === undefined && wrong.length === 0) return (this.latest = undefined);
    const counts = this.counts ?? NO_RULES;
    this.latest = wrong.length === 0 ? { atMs } : { atMs, says: ruleTrouble(wrong, counts) };
    return this.status();
  }

  private status(): RuleStatus | undefined {
    if (this.latest === undefined) return undefined;
    const without = this.names.filter((name) => !this.hosts.hasAddress(name));
    const unresolved = { count: without.length, names: without.slice(0, NAMED) };
    return { ...(this.counts ?? NO_RULES), ...(without.length > 0 && { unresolved }), latest: this.latest };
  }

  /** What is wrong; then nothing has changed. */
  private async read({
    sources,
    users,
    groups,
    hostname,
    matching,
    revision = 0,
  }: RuleSources): Promise<readonly string[]> {
    if (sources.length === 0) {
      this.agent.use(undefined);
      this.names = [];
      if (this.counts !== undefined) this.counts = NO_RULES;
      return [];
    }
    const { readRules } = await import("../immune/rules/rule-reader.ts");
    const [userNames, groupNames] = [new Map(users), new Map(groups)];
    const accounts = { user: (uid: number) => userNames.get(uid), group: (gid: number) => groupNames.get(gid) };
    const containers = { container: (id: string) => this.containers.get(id) };
    const options = { kindsOf: this.kindsOf, accounts, containers, hosts: this.hosts, hostname, matching };
    const { reader, counts, hosts, wrong } = await readRules(sources, options, soon);
    if (reader === undefined) return wrong;
    this.agent.use(reader);
    this.counts = counts;
    this.names = hosts;
    this.resolve(revision, hosts);
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
