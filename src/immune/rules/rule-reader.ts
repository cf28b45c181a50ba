import { showRemark, type Source } from "../../core/config-positions.ts";
import type { RuleReader } from "../antibodies.ts";
import type { AccountNames } from "./fields/field.ts";
import { RuleEngine, type RuleMatching } from "./rule-engine.ts";
import { type KindsOfType, loadInSteps } from "./rule-set.ts";

export interface ReaderOptions {
  readonly kindsOf: KindsOfType;
  readonly accounts: AccountNames;
  readonly hostname: string;
  readonly matching: RuleMatching;
}

export interface ReadRules {
  /** Undefined where a file is wrong: what was used before goes on. */
  readonly reader: RuleReader | undefined;
  readonly rules: number;
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
  if (set === undefined) return { reader: undefined, rules: 0, ...words };
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
  return { reader, rules: set.rules.length, ...words };
}
