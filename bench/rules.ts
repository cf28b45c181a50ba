import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Source } from "../src/core/config-positions.ts";
import { PRIORITIES } from "../src/immune/rules/definitions.ts";
import { RuleEngine } from "../src/immune/rules/rule-engine.ts";
import { loadRules, type RuleSet } from "../src/immune/rules/rule-set.ts";
import { spreadOf } from "../src/lab/spread.ts";
import { kindsOfType } from "../src/senses/calls/event-types.ts";
import { ruleFiles } from "../src/warden/rule-sources.ts";
import { atLeast, atMost, benchOptions, conclude, type Figure, perCpuSecond } from "./harness.ts";
import { generatedTraffic } from "./rules/generated.ts";
import { recordedTraffic } from "./rules/recorded.ts";
import type { Traffic } from "./rules/traffic.ts";

/*
 * How many events a second rules can be asked about, on one core: Falco's stable rules, where their file is there (SWARMS_DATA or
 * ../shared/data), and our own. Twice: on generated traffic, and as root on real processes at ordinary work, recorded at the beginning,
 * which is also what none of the rules may warn of.
 */
const EVENTS = 200_000;
const EVENTS_A_SECOND = 500_000;
const MEGABYTES = 64;
/** Of this many events, memory may not grow by more. */
const MANY = { quick: 1_000_000, full: 5_000_000 } as const;
const REPEATS = { quick: 5, full: 15 } as const;
const SHOWN = 10;
const GRAVE = PRIORITIES.indexOf("WARNING");
const WALL_MS = 1e12;

const FALCO = `${process.env["SWARMS_DATA"] ?? fileURLToPath(new URL("../../shared/data", import.meta.url))}/falco/falco_rules.yaml`;

function sources(): readonly Source[] {
  const files = [...(existsSync(FALCO) ? [FALCO] : []), ...ruleFiles()];
  return files.map((file) => ({ file, text: readFileSync(file, "utf8") }));
}

function engineOf(set: RuleSet): RuleEngine {
  const accounts = { user: (uid: number) => (uid === 0 ? "root" : undefined), group: () => "root" };
  const processes = { get: () => undefined, lineage: () => [] };
  return new RuleEngine(set, { processes, accounts, hostname: "h", matching: "all" });
}

/** How often each rule speaks in a pass. */
type Alerts = ReadonlyMap<string, number>;

function pass(engine: RuleEngine, { events, views }: Traffic, alerts?: Map<string, number>): void {
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

function alertsOf(engine: RuleEngine, traffic: Traffic): Alerts {
  const alerts = new Map<string, number>();
  pass(engine, traffic, alerts);
  return alerts;
}

/** Events a second of CPU time; enough passes that each figure is of as many events. */
function speeds(engine: RuleEngine, traffic: Traffic, repeats: number): readonly number[] {
  const passes = Math.ceil(EVENTS / traffic.events.length);
  const work = (): void => {
    for (let i = 0; i < passes; i++) pass(engine, traffic);
  };
  for (let i = 0; i < 3; i++) work();
  return Array.from({ length: repeats }, () => perCpuSecond(passes * traffic.events.length, work));
}

function grownMegabytes(engine: RuleEngine, traffic: Traffic, events: number): number {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  for (let done = 0; done < events; done += traffic.events.length) pass(engine, traffic);
  globalThis.gc?.();
  return (process.memoryUsage.rss() - before) / 1e6;
}

/** Each rule alone on the same traffic, less an engine of which no rule is enabled: the dearest first. */
function dearest(set: RuleSet, { events, views }: Traffic, what: string): readonly Figure[] {
  const some = { events: events.slice(0, 20_000), views };
  const cost = (rules: RuleSet["rules"]): number => {
    const engine = engineOf({ ...set, rules });
    pass(engine, some);
    const once = (): number => 1e9 / perCpuSecond(some.events.length, () => pass(engine, some));
    return spreadOf(Array.from({ length: 3 }, once)).median;
  };
  const costs = set.rules.map((rule) => ({ name: rule.definition.name, ns: cost([rule]) }));
  const top = costs.toSorted((a, b) => b.ns - a.ns).slice(0, SHOWN);
  return top.map(({ name, ns }) => ({ name: `${what}, alone: ${name}`, spread: spreadOf([ns]), unit: "ns/event" }));
}

function loudest(alerts: Alerts, what: string): readonly Figure[] {
  const top = [...alerts].toSorted((a, b) => b[1] - a[1]).slice(0, SHOWN);
  return top.map(([name, count]) => ({ name: `${what}: ${name}`, spread: spreadOf([count]), unit: "alerts" }));
}

function graveOf(alerts: Alerts): number {
  const grave = PRIORITIES.slice(0, GRAVE + 1);
  return [...alerts].reduce((sum, [name, count]) => sum + (grave.some((each) => name.startsWith(each)) ? count : 0), 0);
}

/** What rules say of work that is nobody's attack. */
function quietness(set: RuleSet, work: Traffic): readonly Figure[] {
  const alerts = alertsOf(engineOf(set), work);
  const grave = { spread: spreadOf([graveOf(alerts)]), unit: "alerts", limit: atMost(0) };
  return [
    { name: "events of the ordinary work", spread: spreadOf([work.events.length]), unit: "events" },
    ...loudest(alerts, "ordinary work"),
    { name: "warnings and worse of ordinary work", ...grave },
  ];
}

async function main(): Promise<void> {
  const options = benchOptions(process.argv.slice(2));
  if (options === undefined) return;
  const size = options.quick ? "quick" : "full";
  const { set, wrong } = loadRules(sources(), kindsOfType);
  if (set === undefined) throw new Error(wrong.map(({ says }) => says).join("; "));
  const isRoot = process.getuid?.() === 0;
  const recorded = isRoot ? await recordedTraffic(engineOf(set).wants()) : undefined;
  if (recorded === undefined) process.stderr.write("without root nothing is recorded: generated traffic only\n");
  const figures: Figure[] = [{ name: "rules loaded", spread: spreadOf([set.rules.length]), unit: "rules" }];
  const all = [["generated", generatedTraffic(EVENTS)] as const, ["recorded", recorded] as const];
  for (const [what, traffic] of all) {
    if (traffic === undefined) continue;
    const engine = engineOf(set);
    const alerts = alertsOf(engine, traffic);
    figures.push(
      { name: `${what} events`, spread: spreadOf([traffic.events.length]), unit: "events" },
      ...loudest(alerts, what),
      ...(options.quick ? [] : dearest(set, traffic, what)),
      {
        name: `${what} events a second of CPU time, all rules`,
        spread: spreadOf(speeds(engine, traffic, REPEATS[size])),
        unit: "events/s",
        limit: atLeast(EVENTS_A_SECOND),
      },
      {
        name: `memory grown in ${MANY[size] / 1e6} million ${what} events`,
        spread: spreadOf([grownMegabytes(engine, traffic, MANY[size])]),
        unit: "MB",
        limit: atMost(MEGABYTES),
      },
    );
  }
  if (recorded !== undefined) figures.push(...quietness(set, recorded.work));
  conclude("Rules: events that can be asked about", figures, options);
}

await main();
