import { label, line, linear, logTicks, logarithmic, path } from "../../src/lab/plot.ts";
import { OPTIMISERS, type OptimiserName } from "../../src/swarm/optimisers/index.ts";
import { select, shareReached } from "./summary.ts";
import type { UnitResult } from "./trial.ts";

const BOX = { width: 620, height: 340, left: 52, right: 90, top: 30, bottom: 44 } as const;

/** Distinguishable for most kinds of colour vision (Okabe and Ito 2008). */
const COLOURS: Readonly<Record<OptimiserName, string>> = {
  random: "#777777",
  de: "#e69f00",
  shade: "#d55e00",
  pso: "#0072b2",
  aco: "#009e73",
  abc: "#cc79a7",
  cma: "#000000",
};

const STYLE = `<style>text{font:12px sans-serif;fill:#222}.axis{stroke:#999}.grid{stroke:#e4e4e4}polyline{fill:none;stroke-width:2}
${Object.entries(COLOURS)
  .map(([name, colour]) => `.c-${name}{stroke:${colour}}.t-${name}{fill:${colour}}`)
  .join("")}</style>`;

/**
 * Share of runs and targets reached by number of evaluations, of all functions of a range: what BBOB calls the empirical distribution of
 * running times. Without simulated restarts: a curve ends where its runs ended.
 */
export function ecdfPlot(
  title: string,
  results: readonly UnitResult[],
  dimension: number,
  range: { readonly from: number; readonly to: number },
): string {
  const names = Object.keys(OPTIMISERS) as OptimiserName[];
  const series = names
    .map((name) => ({ name, units: select(results, name, dimension, range) }))
    .filter(({ units }) => units.length > 0);
  const most = Math.max(10, ...series.flatMap(({ units }) => units.map(({ budget }) => budget)));
  const x = logarithmic([1, most], [BOX.left, BOX.width - BOX.right]);
  const y = linear([0, 1], [BOX.height - BOX.bottom, BOX.top]);
  const body = [frame(x, y, most), label(BOX.left, 18, title, "start")];
  // Names beside the ends of the curves, at least a line apart.
  const ends = series
    .map(({ name, units }) => {
      const last = Math.max(...units.map(({ budget }) => budget));
      return { name, last, at: y(shareReached(units, last)) };
    })
    .sort((a, b) => a.at - b.at);
  let below = -Infinity;
  for (const end of ends) {
    below = Math.max(below + 14, end.at + 4);
    body.push(label(BOX.width - BOX.right + 8, below, end.name, "start", `t-${end.name}`));
  }
  for (const { name, units } of series) {
    const last = Math.max(...units.map(({ budget }) => budget));
    const points = Array.from({ length: 61 }, (_, step): [number, number] => {
      const per = last ** (step / 60);
      return [x(per), y(shareReached(units, per))];
    });
    body.push(path(points, `c-${name}`));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${BOX.width} ${BOX.height}" role="img">${STYLE}${body.join("")}</svg>`;
}

function frame(x: (value: number) => number, y: (value: number) => number, most: number): string {
  const [left, right, bottom] = [BOX.left, BOX.width - BOX.right, BOX.height - BOX.bottom];
  const across = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    line(left, y(share), right, y(share), share === 0 ? "axis" : "grid"),
    label(left - 6, y(share) + 4, share.toFixed(2), "end"),
  ]);
  const down = logTicks(1, most).flatMap((tick) => [
    line(x(tick), bottom, x(tick), bottom + 4, "axis"),
    label(x(tick), bottom + 18, String(tick), "middle"),
  ]);
  const axis = label((left + right) / 2, BOX.height - 6, "evaluations for each dimension", "middle");
  return [...across, ...down, axis].join("");
}
