import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { BBOB_NOISY } from "./bbob-noisy.ts";
import { BBOB } from "./bbob.ts";
import { ownRun } from "./bars.ts";
import { ecdfPlot } from "./ecdf-plot.ts";
import { PUBLISHED_RUNS } from "./published.ts";
import { FINAL_TARGET, select, summaryTable } from "./summary.ts";
import { type UnitResult, expectedRunningTime } from "./trial.ts";

const NOISELESS = { from: 1, to: 24 } as const;
const NOISY = { from: 101, to: 130 } as const;
const DIMENSIONS: readonly number[] = [2, 5, 10, 20];
/** Names of the marked parts: `<!-- NAME -->` to `<!-- /NAME -->`. */
const PARTS = { bbob, ert, published } as const;

type Rows = readonly (readonly string[])[];

/** Writes the marked parts of a text anew, and the plots that they show beside it. */
export function writeTables(file: string, results: readonly UnitResult[]): void {
  let text = readFileSync(file, "utf8");
  for (const [name, part] of Object.entries(PARTS)) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) continue;
    text = `${text.slice(0, from)}${begin}\n\n${part(results, file).trim()}\n\n${text.slice(to)}`;
  }
  writeFileSync(file, text);
}

function bbob(results: readonly UnitResult[], file: string): string {
  const kinds = [false, true].flatMap((noisy) => DIMENSIONS.map((dimension) => ({ noisy, dimension })));
  return kinds
    .map(({ noisy, dimension }) => {
      const range = noisy ? NOISY : NOISELESS;
      const own = within(results, dimension, range);
      if (own.length === 0) return "";
      const title = `${dimension} dimensions${noisy ? ", noisy" : ""}`;
      const plot = `${basename(file, ".md")}-${dimension}d${noisy ? "-noisy" : ""}.svg`;
      const caption = `${dimension}-D, ${noisy ? "f101 to f130" : "f1 to f24"}: share of runs and targets reached`;
      writeFileSync(join(dirname(file), plot), `${ecdfPlot(caption, own, dimension, range)}\n`);
      return `### ${title}\n\n![${title}](${plot})\n\n${markdown(summaryTable(own, dimension, noisy))}\n`;
    })
    .join("\n");
}

/** CMA-ES: evaluations, and in brackets the runs that succeeded where not all did. */
function ert(results: readonly UnitResult[]): string {
  return [NOISELESS, NOISY]
    .map((range) => {
      const numbers = Array.from({ length: range.to - range.from + 1 }, (_, at) => range.from + at);
      const rows = numbers.map((number) => [
        `f${number} ${nameOf(number)}`,
        ...DIMENSIONS.map((dimension) => cell(results, number, dimension)),
      ]);
      return markdown([["function", ...DIMENSIONS.map((dimension) => `${dimension}-D`)], ...rows]);
    })
    .join("\n\n");
}

function cell(results: readonly UnitResult[], number: number, dimension: number): string {
  const [unit] = select(results, "cma", dimension, { from: number, to: number });
  if (unit === undefined) return "";
  const { ert, successes } = expectedRunningTime(unit.trials, FINAL_TARGET);
  if (successes === 0) return "–";
  return `${whole(ert)}${successes < unit.trials.length ? ` (${successes})` : ""}`;
}

function published(results: readonly UnitResult[]): string {
  const rows = PUBLISHED_RUNS.flatMap((figure) => {
    const own = ownRun(results, figure);
    if (own === undefined) return [];
    const { algorithm, optimiser, dimension, target, evaluations, statistic } = figure;
    const where = `f${figure.function} ${nameOf(figure.function)}, ${dimension}-D`;
    const to = `${targetText(target)}${statistic === "median" ? ", median" : ""}`;
    return [[algorithm, where, to, whole(evaluations), `${optimiser}: ${whole(own)}`, (own / evaluations).toFixed(2)]];
  });
  return markdown([["published", "function", "to", "evaluations", "here", "here / published"], ...rows]);
}

function within(
  results: readonly UnitResult[],
  dimension: number,
  { from, to }: { readonly from: number; readonly to: number },
): UnitResult[] {
  return results.filter((one) => one.dimension === dimension && one.function >= from && one.function <= to);
}

export function nameOf(number: number): string {
  return number > 100 ? (BBOB_NOISY[Math.floor((number - 101) / 3)]?.name ?? "") : (BBOB[number - 1]?.name ?? "");
}

const targetText = (target: number): string =>
  target < 0.1 ? target.toExponential(0) : String(Number(target.toPrecision(1)));

const whole = (evaluations: number): string =>
  Number.isFinite(evaluations) ? Math.round(evaluations).toLocaleString("en-US") : "–";

function markdown([head = [], ...body]: Rows): string {
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...body.map(line)].join("\n");
}
