import { parseYaml } from "../../core/config-load-yaml.ts";
import { remarksOf } from "../../core/config-load-says.ts";
import { showRemark, type Source } from "../../core/config-positions.ts";
import { valueOf } from "../../core/config-tree.ts";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { EventKind } from "../../core/event-kinds.ts";
import type { AccountNames } from "./fields/field.ts";
import { RuleEngine } from "./rule-engine.ts";
import type { RuleSet } from "./rule-set.ts";
import { sceneOf } from "./rule-test-events.ts";
import { type RuleTest, testFileSchema } from "./rule-test-schema.ts";

export interface RuleTestResult {
  readonly test: RuleTest;
  readonly passed: boolean;
  readonly fired: readonly string[];
}

/** Tests from a YAML file: `tests:` with name, line, process, event and the rules that have to fire. */
export function readRuleTests(source: Source): Result<readonly RuleTest[]> {
  const { tree, wrong } = parseYaml(source);
  if (wrong.length > 0) return failed("SW-RULE", wrong.map(showRemark).join("\n"));
  if (tree === undefined) return ok([]);
  const parsed = testFileSchema.safeParse(valueOf(tree));
  if (parsed.success) return ok(parsed.data.tests);
  return failed("SW-RULE", remarksOf(tree, parsed.error.issues, testFileSchema).map(showRemark).join("\n"));
}

const ACCOUNTS: AccountNames = {
  user: (uid) => (uid === 0 ? "root" : uid === 33 ? "www-data" : `user${uid}`),
  group: (gid) => (gid === 0 ? "root" : `group${gid}`),
};

/** Each rule that fires has to be expected, and each expected one has to fire; unless rules are named, of all that are loaded. */
export function runRuleTest(
  test: RuleTest,
  set: RuleSet,
  kindOf: (call: string) => EventKind | undefined,
): RuleTestResult {
  const { event, processes, wallMs } = sceneOf(test, kindOf);
  const engine = new RuleEngine(set, { processes, accounts: ACCOUNTS, hostname: "host", matching: "all" });
  const fired = engine.match(event, wallMs).map(({ rule }) => rule.definition.name);
  const passed = fired.length === test.fires.length && test.fires.every((name) => fired.includes(name));
  return { test, passed, fired };
}
