import { escapeHtml } from "../../src/lab/plot.ts";
import { OPTIMISERS, type OptimiserName } from "../../src/swarm/optimisers/index.ts";
import { ecdfPlot } from "./ecdf-plot.ts";
import { FINAL_TARGET, select, summaryTable } from "./summary.ts";
import { nameOf } from "./tables.ts";
import { type UnitResult, expectedRunningTime } from "./trial.ts";

const STYLE = `body{font:15px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;font-size:13px}
td,th{padding:.15em .7em;text-align:right;border-bottom:1px solid #ddd}td:first-child,th:first-child{text-align:left}svg{max-width:44em}`;

/** The whole report as one page that needs nothing else. */
export function page(results: readonly UnitResult[]): string {
  const dimensions = [...new Set(results.map(({ dimension }) => dimension))].sort((a, b) => a - b);
  const sections = dimensions.flatMap((dimension) => [false, true].map((noisy) => section(results, dimension, noisy)));
  return `<!doctype html><meta charset="utf-8"><title>Optimisers</title><style>${STYLE}</style><h1>Optimisers on BBOB</h1>
<p>Expected running time to ${FINAL_TARGET}, over 15 runs (instances 1 to 5, three times); in brackets the runs that succeeded.</p>${sections.join("")}`;
}

function section(results: readonly UnitResult[], dimension: number, noisy: boolean): string {
  const range = noisy ? { from: 101, to: 130 } : { from: 1, to: 24 };
  const own = results.filter(
    (one) => one.dimension === dimension && one.function >= range.from && one.function <= range.to,
  );
  if (own.length === 0) return "";
  const title = `${dimension}-D, ${noisy ? "noisy" : "noiseless"}`;
  return `<h2>${title}</h2>${ecdfPlot(title, own, dimension, range)}${table(summaryTable(own, dimension, noisy))}<h3>Expected running times</h3>${table(running(own))}`;
}

function running(own: readonly UnitResult[]): string[][] {
  const names = (Object.keys(OPTIMISERS) as OptimiserName[]).filter((name) =>
    own.some(({ optimiser }) => optimiser === name),
  );
  const functions = [...new Set(own.map((one) => one.function))].sort((a, b) => a - b);
  const rows = functions.map((number) => [
    `f${number} ${nameOf(number)}`,
    ...names.map((name) => {
      const [unit] = select(own, name, own[0]?.dimension ?? 0, { from: number, to: number });
      if (unit === undefined) return "";
      const { ert, successes } = expectedRunningTime(unit.trials, FINAL_TARGET);
      return successes === 0 ? "–" : `${ert.toPrecision(3)} (${successes})`;
    }),
  ]);
  return [["function", ...names], ...rows];
}

function table(rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const [head = [], ...body] = rows;
  return `<table>${cells(head, "th")}${body.map((row) => cells(row, "td")).join("")}</table>`;
}
