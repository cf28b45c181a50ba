import { basename } from "node:path";
import { printable } from "../../core/printable.ts";
import type { CaseResult } from "./run-suites.ts";

export interface SuiteReport {
  readonly file: string;
  readonly results: readonly CaseResult[];
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Events that found the ring full: a case may have failed for it. */
  readonly lost: number;
}

export function summaryOf(reports: readonly SuiteReport[], lost: number): Summary {
  const results = reports.flatMap((report) => report.results);
  return { ...counted(results), lost };
}

/** One line a suite, and of each case that failed what was expected and what came. */
export function textOf(reports: readonly SuiteReport[], { passed, failed, skipped, lost }: Summary): string {
  const lines = reports.flatMap(({ file, results }) => [suiteLine(file, results), ...results.flatMap(caseLines)]);
  const total = `${passed} of ${passed + failed} cases passed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  const losses = lost > 0 ? [`${lost} events were lost: the ring was full`] : [];
  return [...lines, "", total, ...losses, ""].join("\n");
}

function suiteLine(file: string, results: readonly CaseResult[]): string {
  const { passed, failed, skipped } = counted(results);
  const delays = results.filter(({ verdict }) => verdict === "passed").map(({ ms }) => ms);
  const median = delays.sort((a, b) => a - b)[delays.length >> 1];
  const took = median === undefined ? "" : `  median ${median.toFixed(0)} ms`;
  const says = failed === 0 ? "ok  " : "FAIL";
  return `${says}  ${printable(basename(file), 60).padEnd(52)} ${passed}/${passed + failed}${skipped > 0 ? ` (${skipped} skipped)` : ""}${took}`;
}

function caseLines({ name, item, verdict, says }: CaseResult): readonly string[] {
  if (verdict === "passed") return [];
  const about = verdict === "failed" ? "FAIL" : "skip";
  const lines = says.map((each) => `            ${printable(each, 400)}`);
  return [`      ${about}  ${printable(name, 120)}  ${item}`, ...lines];
}

function counted(results: readonly CaseResult[]): Omit<Summary, "lost"> {
  const count = (verdict: CaseResult["verdict"]): number => results.filter((each) => each.verdict === verdict).length;
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}
