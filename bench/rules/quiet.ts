import { PRIORITIES } from "../../src/immune/rules/definitions.ts";
import { spreadOf } from "../../src/lab/spread.ts";
import { atMost, type Figure } from "../harness.ts";
import type { Part } from "../senses/part.ts";
import { recordedOnce } from "./recorded.ts";
import { type Alerts, alertsOf, allRules, engineOf } from "./rules-of.ts";

const SHOWN = 10;
const GRAVE = PRIORITIES.slice(0, PRIORITIES.indexOf("WARNING") + 1);

/** What rules say of work that is nobody's attack. */
export const quiet: Part = {
  name: "quiet",
  title: "quiet: what rules say of ordinary work",
  needs: ["root"],
  run,
};

async function run(): Promise<readonly Figure[]> {
  const set = allRules();
  const recorded = await recordedOnce(engineOf(set).wants());
  if (recorded === undefined) return [];
  const alerts = alertsOf(engineOf(set), recorded.work);
  const grave = { spread: spreadOf([graveOf(alerts)]), unit: "alerts", limit: atMost(0) };
  return [
    { name: "events of the ordinary work", spread: spreadOf([recorded.work.events.length]), unit: "events" },
    ...loudest(alerts),
    { name: "warnings and worse of ordinary work", ...grave },
  ];
}

function loudest(alerts: Alerts): readonly Figure[] {
  const top = [...alerts].toSorted((a, b) => b[1] - a[1]).slice(0, SHOWN);
  return top.map(([name, count]) => ({ name, spread: spreadOf([count]), unit: "alerts" }));
}

function graveOf(alerts: Alerts): number {
  return [...alerts].reduce((sum, [name, count]) => sum + (GRAVE.some((each) => name.startsWith(each)) ? count : 0), 0);
}
