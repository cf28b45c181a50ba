import type { Seen } from "./watch.ts";
import type { SuiteTest } from "./suite-schema.ts";
import type { RuleSet } from "../../immune/rules/rule-set.ts";

/** Falco writes some of them in two ways (falco.org, "Rule priorities"). */
const ALIASES: Readonly<Record<string, string>> = { info: "informational", informational: "informational" };
const priority = (text: string): string => ALIASES[text.toLowerCase()] ?? text.toLowerCase();

/** What of the expected was not so; empty where the alert is the expected one. */
export function differences({ rule: name, expectedOutcome }: SuiteTest, { alert }: Seen, hostname: string): string[] {
  const { definition } = alert.rule;
  const says: string[] = [];
  const expect = (what: string, wanted: string | null | undefined, got: string): void => {
    if (wanted != null && wanted !== got) says.push(`${what}: expected ${wanted}, got ${got}`);
  };
  expect("rule", name, definition.name);
  const { source, hostname: host, priority: level, output, outputFields } = expectedOutcome ?? {};
  expect("source", source, definition.eventSource);
  expect("hostname", host, hostname);
  if (level != null) expect("priority", priority(level), priority(definition.priority));
  if (output != null && !matches(output, alert.text)) says.push(`output: expected ${output}, got ${alert.text}`);
  for (const [field, wanted] of Object.entries(outputFields ?? {})) {
    if (!(field in alert.fields)) says.push(`${field}: the rule's output does not have it`);
    else expect(field, wanted ?? "null", String(alert.fields[field]));
  }
  return says;
}

/** An expected output is a regular expression there. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return text.includes(pattern);
  }
}

/**
 * Whether an alert tells of what the test does: not of the opening of a file that only makes ready for a step of another call.
 */
export function isOfTheSteps({ steps, resources }: SuiteTest, { type }: Seen): boolean {
  const calls = (steps ?? []).map(({ syscall }) => syscall);
  const opensFiles = (resources ?? []).some(({ subtype }) => subtype === "file" || subtype === "directory");
  return calls.length === 0 || !opensFiles || type !== "openat" || calls.includes("openat");
}

/** Why a rule that a test names cannot speak; undefined where it can. */
export function whyNever(name: string | null | undefined, { rules }: RuleSet): string | undefined {
  if (name == null) return "the test names no rule";
  const rule = rules.find(({ definition }) => definition.name === name);
  if (rule === undefined) return `no such rule was loaded: ${name}`;
  if (!rule.definition.enabled) return `the rule is not enabled: ${name}`;
  if (rule.types === "all" || rule.kinds.length > 0) return undefined;
  return `no event that it asks for is sensed here: ${[...rule.types].join(", ")}`;
}
