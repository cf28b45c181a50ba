import { type Spread, spreadOf } from "../../../src/lab/spread.ts";
import { p99sOf, relativeWork, roundsOf, secondsMet, worksOf } from "../figures-of.ts";
import type { ScenarioResult } from "../result.ts";
import { ARM_SAYS, type ArmName } from "../scenario.ts";
import { AS_MADE, settingWords } from "../setting.ts";

/** The figures of one scenario as rows of words, for the terminal, the page and the document alike: median (range) over rounds. */
export function tableOf(result: ScenarioResult): {
  readonly head: readonly string[];
  readonly rows: readonly string[][];
} {
  const head = [
    "",
    ...result.targets.flatMap(({ group }) => [`${group} p99, ms`]),
    "windows within target",
    ...result.jobs.map((job) => `${job}, units/s`),
    ...(result.jobs.length > 0 ? ["work, of default"] : []),
  ];
  return { head, rows: result.arms.map((arm) => rowOf(result, arm)) };
}

function rowOf(result: ScenarioResult, arm: ArmName): string[] {
  const met = secondsMet(result, arm);
  return [
    ARM_SAYS[arm],
    ...result.targets.map((_, service) => spreadWords(spreadOf(p99sOf(result, arm, service).map((us) => us / 1000)))),
    `${Math.round((met.filter(Boolean).length / Math.max(1, met.length)) * 100)} %`,
    ...result.jobs.map((_, job) => spreadWords(spreadOf(worksOf(result, arm, job)))),
    ...(result.jobs.length > 0 ? [spreadOf(relativeWork(result, arm)).median.toFixed(3)] : []),
  ];
}

export function spreadWords({ median, min, max }: Spread): string {
  return `${short(median)} (${short(min)} to ${short(max)})`;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** "best static setting: hogs: idle" for each arm that sets something. */
export function settingSentences({ settings, phases, arms }: ScenarioResult): string[] {
  return arms.flatMap((arm) => {
    const own = settings[arm];
    if (own === undefined) return [];
    const says = own.map((setting) => settingWords(setting ?? AS_MADE));
    if (new Set(says).size === 1) return [`${ARM_SAYS[arm]}: ${says[0] ?? ""}`];
    return [`${ARM_SAYS[arm]}: ${says.map((each, i) => `${phases[i]?.says ?? ""}: ${each}`).join(" | ")}`];
  });
}

/** What the layer changed in its last round, for people. */
export function lastChanges(result: ScenarioResult): string[] {
  const changes = roundsOf(result, "layer").at(-1)?.layer?.changes ?? [];
  return changes.slice(0, 12).map(({ atSeconds, says }) => `${atSeconds.toFixed(2)} s: ${says}`);
}
