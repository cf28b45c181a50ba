import { showRemark, type Source } from "../../core/config-positions.ts";
import type { RuleStatus } from "../../core/status.ts";
import type { RuleReader } from "../evidence/antibodies.ts";
import type { AccountNames, ContainerNames, HostNames } from "./fields/field.ts";
import { RuleEngine, type RuleMatching } from "./rule-engine.ts";
import { type KindsOfType, loadInSteps, type Rule } from "./rule-set.ts";

export interface ReaderOptions {
  readonly kindsOf: KindsOfType;
  readonly accounts: AccountNames;
  /** Nothing is known of any without it. */
  readonly containers?: ContainerNames;
  /** No name leads anywhere without it. */
  readonly hosts?: HostNames;
  readonly hostname: string;
  readonly matching: RuleMatching;
}

export interface ReadRules {
  /** Undefined where a file is wrong: what was used before goes on. */
  readonly reader: RuleReader | undefined;
  readonly counts: RuleCounts;
  /** Names that have to be looked up for them. */
  readonly hosts: readonly string[];
  /** Each with its place. */
  readonly wrong: readonly string[];
  readonly warnings: readonly string[];
}

/** Rules for the agent that asks them; `pause` is awaited between steps. */
export async function readRules(
  sources: readonly Source[],
  options: ReaderOptions,
  pause: () => Promise<unknown>,
): Promise<ReadRules> {
  const loading = loadInSteps(sources, options.kindsOf);
  let step = loading.next();
  for (; step.done !== true; step = loading.next()) await pause();
  const { set, wrong, warnings } = step.value;
  const words = { wrong: wrong.map(showRemark), warnings: warnings.map(showRemark) };
  if (set === undefined) return { reader: undefined, counts: NO_RULES, hosts: [], ...words };
  const engine = new RuleEngine(set, { ...options, processes: { get: () => undefined, lineage: () => [] } });
  const reader: RuleReader = {
    wants: engine.wants(),
    read: (event, wallMs, processes) =>
      engine.match(event, wallMs, processes).map(({ rule: { definition }, text }) => ({
        rule: definition.name,
        priority: definition.priority,
        tags: definition.tags,
        text,
      })),
  };
  return { reader, counts: countsOf(set.rules), hosts: set.hosts, ...words };
}

export type RuleCounts = Omit<RuleStatus, "latest">;

const NO_RULES: RuleCounts = { inForce: 0, turnedOff: 0, inPart: 0, unusable: { events: 0, fields: 0 } };

function countsOf(rules: readonly Rule[]): RuleCounts {
  const enabled = rules.filter(({ definition }) => definition.enabled);
  const those = (holds: (usability: Rule["usability"]) => boolean): number =>
    enabled.filter(({ usability }) => holds(usability)).length;
  return {
    inForce: those(({ sees }) => sees !== "nothing"),
    turnedOff: rules.length - enabled.length,
    inPart: those(({ sees }) => sees === "part"),
    unusable: {
      events: those(({ because }) => because === "events"),
      fields: those(({ because }) => because === "fields"),
    },
  };
}
