import type { RuleEngine } from "../../src/immune/rules/rule-engine.ts";
import type { RuleSet } from "../../src/immune/rules/rule-set.ts";
import { spreadOf } from "../../src/lab/spread.ts";
import { atLeast, type Figure, perCpuSecond } from "../harness.ts";
import type { Bench, Part } from "../senses/part.ts";
import { generatedTraffic } from "./generated.ts";
import { recordedOnce } from "./recorded.ts";
import { alertsOf, allRules, engineOf, pass } from "./rules-of.ts";
import type { Traffic } from "./traffic.ts";

const EVENTS = 200_000;
const EVENTS_A_SECOND = 500_000;
const REPEATS = { quick: 5, full: 15 } as const;
/** Of each rule alone. */
const SOME = 20_000;

/** How many events a second rules can be asked about, on one core; in a full run also what each rule takes of it. */
export const speed: Part = {
  name: "speed",
  title: "speed: events that all rules can be asked about",
  needs: [],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const set = allRules();
  const recorded = await recordedOnce(engineOf(set).wants());
  if (recorded === undefined) bench.note("without root nothing is recorded: generated traffic only");
  return [
    { name: "rules loaded", spread: spreadOf([set.rules.length]), unit: "rules" },
    ...figuresOf(bench, set, generatedTraffic(EVENTS), "generated"),
    ...(recorded === undefined ? [] : figuresOf(bench, set, recorded, "recorded")),
  ];
}

function figuresOf(bench: Bench, set: RuleSet, traffic: Traffic, what: string): readonly Figure[] {
  const engine = engineOf(set);
  const alerts = [...alertsOf(engine, traffic).values()].reduce((sum, count) => sum + count, 0);
  return [
    { name: `${what} events`, spread: spreadOf([traffic.events.length]), unit: "events" },
    { name: `${what}, told by rules`, spread: spreadOf([alerts]), unit: "alerts" },
    ...(bench.quick ? [] : each(set, traffic, what)),
    {
      name: `${what} events a second of CPU time, all rules`,
      spread: spreadOf(speeds(engine, traffic, bench.quick ? REPEATS.quick : REPEATS.full)),
      unit: "events/s",
      limit: atLeast(EVENTS_A_SECOND),
    },
  ];
}

/** Enough passes that each figure is of as many events. */
function speeds(engine: RuleEngine, traffic: Traffic, repeats: number): readonly number[] {
  const passes = Math.ceil(EVENTS / traffic.events.length);
  const work = (): void => {
    for (let i = 0; i < passes; i++) pass(engine, traffic);
  };
  for (let i = 0; i < 3; i++) work();
  return Array.from({ length: repeats }, () => perCpuSecond(passes * traffic.events.length, work));
}

/** Each rule alone on the same traffic, so that nothing is shared with others: the dearest first, and what asking none takes. */
function each(set: RuleSet, { events, views }: Traffic, what: string): readonly Figure[] {
  const some = { events: events.slice(0, SOME), views };
  const cost = (rules: RuleSet["rules"]): number => {
    const engine = engineOf({ ...set, rules });
    for (let i = 0; i < 2; i++) pass(engine, some);
    const once = (): number => 1e9 / perCpuSecond(some.events.length, () => pass(engine, some));
    return spreadOf(Array.from({ length: 3 }, once)).median;
  };
  const costs = set.rules.map((rule) => ({ name: rule.definition.name, ns: cost([rule]) }));
  return [{ name: "no rule", ns: cost([]) }, ...costs.toSorted((a, b) => b.ns - a.ns)].map(({ name, ns }) => ({
    name: `${what}, alone: ${name}`,
    spread: spreadOf([ns]),
    unit: "ns/event",
  }));
}
