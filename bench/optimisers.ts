import { writeFileSync } from "node:fs";
import { type Figure, conclude } from "./harness.ts";
import { barsOf } from "./optimisers/bars.ts";
import { classicFigures } from "./optimisers/classic.ts";
import { type Contender, liveRows } from "./optimisers/live-regime.ts";
import { type OptimiserBenchOptions, optimiserBenchOptions } from "./optimisers/options.ts";
import { page } from "./optimisers/page.ts";
import { planOf } from "./optimisers/plan.ts";
import { Progress } from "./optimisers/progress.ts";
import { runUnits } from "./optimisers/run-units.ts";
import { speedFigures } from "./optimisers/speed.ts";
import { summaryTable } from "./optimisers/summary.ts";
import { writeTables } from "./optimisers/tables.ts";
import { Countdown } from "../src/lab/countdown.ts";
import { spreadOf } from "../src/lab/spread.ts";

/*
 * The optimisers on the functions of BBOB: the 24 noiseless ones and the 30 noisy ones, 15 runs each (instances 1 to 5, three
 * times, as in 2009), targets down to 1e-8. A run that was stopped, or ran out of its minutes, goes on with --resume=FILE. Then the regime
 * of a live host, at most 100 evaluations for each dimension, and the time that one ask and tell takes.
 */

const LIVE: readonly Contender[] = [
  { label: "random", name: "random" },
  { label: "de", name: "de" },
  { label: "shade", name: "shade" },
  { label: "pso", name: "pso" },
  { label: "aco", name: "aco" },
  { label: "abc", name: "abc" },
  { label: "cma", name: "cma" },
  { label: "cma, handling of uncertainty", name: "cma", tuning: () => ({ repeats: 5 }) },
];

async function run(options: OptimiserBenchOptions): Promise<void> {
  const progress = new Progress(options.resume);
  const countdown = new Countdown(process.stderr, "units");
  const left = await runUnits(planOf(options), progress, {
    workers: options.workers,
    minutes: options.minutes,
    said: (done, total) => countdown.at(done, total, `${options.minutes} min at most`),
  });
  countdown.end();
  if (left > 0) process.stderr.write(`${left} units were not begun in time; --resume=FILE goes on with them\n`);
  if (!options.json) {
    for (const dimension of options.dimensions)
      for (const noisy of [false, true])
        print(`${dimension}-D${noisy ? ", noisy" : ""}`, summaryTable(progress.results, dimension, noisy));
    liveRegime(options.quick);
  }
  if (options.tables !== undefined) writeTables(options.tables, progress.results);
  if (options.report !== undefined) writeFileSync(options.report, page(progress.results));
  const figures: Figure[] = [
    ...(await speedFigures(options.quick)),
    ...classicFigures(options.quick),
    ...barsOf(progress.results),
  ];
  conclude("Optimisers", figures, options);
}

function liveRegime(quick: boolean): void {
  const functions = Array.from({ length: 24 }, (_, at) => at + 1);
  for (const dimension of quick ? [3] : [2, 5, 10])
    for (const budget of quick ? [30] : [20, 50, 100])
      for (const noise of quick ? [0.1] : [0, 0.1, 0.5]) {
        const rows = liveRows(LIVE, functions, quick ? 3 : 15, { dimension, budget, noise });
        rows.sort((a, b) => a.meanRank - b.meanRank);
        print(`${dimension}-D, ${budget} evaluations a dimension, noise ${noise} of the spread`, [
          ["optimiser", "mean rank", "beats random search", "excess, of random search's"],
          ...rows.map(({ label, meanRank, beatsFirst, ratio }) => [
            label,
            meanRank.toFixed(2),
            `${Math.round(100 * beatsFirst)} %`,
            ratio.toPrecision(2),
          ]),
        ]);
      }
}

function print(title: string, rows: readonly (readonly string[])[]): void {
  if (rows.length < 2) return;
  const widths = (rows[0] ?? []).map((_, column) => spreadOf(rows.map((row) => (row[column] ?? "").length)).max);
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  process.stdout.write(`${title}\n\n${lines.map((one) => `  ${one}\n`).join("")}\n`);
}

const options = optimiserBenchOptions(process.argv.slice(2));
if (options !== undefined) await run(options);
