import type { BalanceResult, Bar, ScenarioResult } from "../result.ts";
import { settingSentences, tableOf } from "./table.ts";

/** The report for a terminal. */
export function textReport(result: BalanceResult): string {
  const { host } = result;
  return [
    "",
    `Balance · kernel ${host.kernel}, ${host.cores} cores (${host.cpuModel}), cgroups ${host.cgroups}, ${Math.round(result.seconds / 60)} min`,
    ...result.scenarios.flatMap(scenarioLines),
    ...result.skipped.map((says) => `skipped: ${says}`),
    "",
  ].join("\n");
}

function scenarioLines(scenario: ScenarioResult): string[] {
  const { head, rows } = tableOf(scenario);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const columns = (row: readonly string[]): string =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd();
  return [
    "",
    `${scenario.id}  ${scenario.title}`,
    `  ${scenario.says}`,
    ...settingSentences(scenario).map((says) => `  ${says}`),
    ...scenario.notes.map((note) => `  ${note}`),
    columns(head),
    ...rows.map(columns),
    ...scenario.bars.map((bar) => `  ${verdict(bar)}  ${bar.says}`),
  ];
}

function verdict({ held }: Bar): string {
  return held === undefined ? "      " : held ? "held  " : "MISSED";
}
