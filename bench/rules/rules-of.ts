import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Source } from "../../src/core/config-positions.ts";
import { RuleEngine } from "../../src/immune/rules/rule-engine.ts";
import { loadRules, type RuleSet } from "../../src/immune/rules/rule-set.ts";
import { kindsOfType } from "../../src/senses/calls/event-types.ts";
import { ruleFiles } from "../../src/warden/rule-sources.ts";
import type { Traffic } from "./traffic.ts";

const WALL_MS = 1e12;
const FALCO = `${process.env["SWARMS_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url))}/falco/falco_rules.yaml`;

/** Falco's stable rules, where their file is there, and our own. */
export function allRules(): RuleSet {
  return loaded([...(existsSync(FALCO) ? [FALCO] : []), ...ruleFiles()]);
}

export function ownRules(): RuleSet {
  return loaded(ruleFiles());
}

function loaded(files: readonly string[]): RuleSet {
  const sources = files.map((file): Source => ({ file, text: readFileSync(file, "utf8") }));
  const { set, wrong } = loadRules(sources, kindsOfType);
  if (set === undefined) throw new Error(wrong.map(({ says }) => says).join("; "));
  return set;
}

export function engineOf(set: RuleSet): RuleEngine {
  const accounts = { user: (uid: number) => (uid === 0 ? "root" : undefined), group: () => "root" };
  const processes = { get: () => undefined, lineage: () => [] };
  return new RuleEngine(set, { processes, accounts, hostname: "h", matching: "all" });
}

/** How often each rule speaks, by its priority and name. */
export type Alerts = ReadonlyMap<string, number>;

/** Asks about each event once. */
export function pass(engine: RuleEngine, { events, views }: Traffic, alerts?: Map<string, number>): void {
  for (let at = 0; at < events.length; at++) {
    const event = events[at];
    if (event === undefined) continue;
    const found = engine.match(event, WALL_MS, views[at]);
    if (alerts !== undefined && found.length > 0)
      for (const { rule } of found) {
        const { name, priority } = rule.definition;
        alerts.set(`${priority} ${name}`, (alerts.get(`${priority} ${name}`) ?? 0) + 1);
      }
  }
}

export function alertsOf(engine: RuleEngine, traffic: Traffic): Alerts {
  const alerts = new Map<string, number>();
  pass(engine, traffic, alerts);
  return alerts;
}
