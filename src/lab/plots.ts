import { LatencyHistogram } from "./latency-histogram.ts";
import { BOX, dot, label, line, linear, logarithmic, logDomain, logTicks, path, type Scale, svg } from "./plot.ts";
import { milliseconds, whole } from "./report-words.ts";
import type { Arm, Moment, Round } from "./results.ts";
import { BARS } from "./verdict.ts";

const X: readonly [number, number] = [BOX.left, BOX.width - BOX.right];
const Y: readonly [number, number] = [BOX.height - BOX.bottom, BOX.top];
const ARMS: readonly Arm[] = ["off", "on"];

/** One dot per round, a thin line between the two of a pair. */
export function p99Plot(rounds: readonly Round[]): string {
  const domain = logDomain(rounds.map((round) => round.p99Us / 1000));
  const y = logarithmic(domain, Y);
  const grid = logTicks(...domain).flatMap((tick) => gridLine(y(tick), `${tick} ms`));
  return svg("p99 latency of the service, per round", [
    ...grid,
    ...pairDots(
      rounds,
      (round) => y(round.p99Us / 1000),
      (round) => milliseconds(round.p99Us),
    ),
  ]);
}

export function workPlot(rounds: readonly Round[]): string {
  const highest = Math.max(1, ...rounds.map((round) => round.workPerSecond));
  const y = linear([0, highest * 1.05], Y);
  const step = 10 ** Math.floor(Math.log10(highest)) / (highest / 10 ** Math.floor(Math.log10(highest)) < 4 ? 2 : 1);
  const ticks = Array.from({ length: Math.floor((highest * 1.05) / step) + 1 }, (_, i) => i * step);
  return svg("batch work per second, per round", [
    ...ticks.flatMap((tick) => gridLine(y(tick), whole(tick))),
    ...pairDots(
      rounds,
      (round) => y(round.workPerSecond),
      (round) => `${whole(round.workPerSecond)} units/s`,
    ),
  ]);
}

function pairDots(rounds: readonly Round[], y: (round: Round) => number, says: (round: Round) => string): string[] {
  const pairs = [...new Set(rounds.map((round) => round.pair))];
  const x = linear([-0.5, pairs.length - 0.5], X);
  return pairs.flatMap((pair) => {
    const both = ARMS.flatMap((arm) => rounds.filter((round) => round.pair === pair && round.arm === arm));
    const at = (round: Round): number => x(pair) + (round.arm === "off" ? -9 : 9);
    const [off, on] = both;
    const dots = both.map((round) =>
      dot(at(round), y(round), `dot ${round.arm}`, `pair ${pair + 1}, layer ${round.arm}: ${says(round)}`),
    );
    const link = off && on ? line(at(off), y(off), at(on), y(on), "link") : "";
    return [link, dots.join(""), label(x(pair), BOX.height - BOX.bottom + 18, `pair ${pair + 1}`, "middle")];
  });
}

/** Tail quantiles get as much room as the median: the axis counts nines. */
const QUANTILES = [0, 0.5, 0.9, 0.99, 0.999, 0.9999] as const;

/** Cumulative distribution over all rounds of an arm, latency upwards, share of the requests to the right. */
export function distributionPlot(rounds: readonly Round[]): string {
  const merged = ARMS.map((arm) => {
    const histogram = new LatencyHistogram();
    for (const round of rounds) if (round.arm === arm) histogram.add(round.latency);
    return { arm, histogram };
  });
  const nines = (q: number): number => -Math.log10(1 - q);
  const steps = Array.from({ length: 121 }, (_, i) => 1 - 10 ** (-(i / 120) * 4));
  const curves = merged.map(({ arm, histogram }) => ({
    arm,
    points: steps.map((q) => [q, histogram.quantile(q) / 1000] as const),
  }));
  const domain = logDomain(curves.flatMap((curve) => curve.points.map(([, ms]) => ms)));
  const [x, y] = [linear([0, 4], X), logarithmic(domain, Y)];
  return svg("distribution of the service's latency", [
    ...logTicks(...domain).flatMap((tick) => gridLine(y(tick), `${tick} ms`)),
    ...QUANTILES.flatMap((q) => [
      line(x(nines(q)), Y[0], x(nines(q)), Y[1], "grid"),
      label(x(nines(q)), BOX.height - BOX.bottom + 18, `${Number((q * 100).toFixed(2))} %`, "middle"),
    ]),
    label((X[0] + X[1]) / 2, BOX.height - 6, "share of the requests answered at least this fast", "middle"),
    ...curves.map(({ arm, points }) =>
      path(
        points.map(([q, ms]) => [x(nines(q)), y(ms)] as const),
        `curve ${arm}`,
      ),
    ),
  ]);
}

const LANES: readonly Moment["who"][] = ["app", "layer", "lab"];

/** The dropper's story from the exploit on; numbers refer to the list below it. */
export function timelinePlot(moments: readonly Moment[], zeroMs: number): string {
  const box = { ...BOX, height: 150 };
  const end = Math.max(100, ...moments.map((moment) => moment.atMs - zeroMs));
  const x = linear([0, end], X);
  const y: Scale = (lane) => 26 + lane * 36;
  const step = 10 ** Math.floor(Math.log10(end)) / (end / 10 ** Math.floor(Math.log10(end)) < 3 ? 2 : 1);
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);
  return svg(
    "timeline of the dropper",
    [
      ...ticks.flatMap((tick) => [
        line(x(tick), 12, x(tick), 116, "grid"),
        label(x(tick), 134, `${tick} ms`, "middle"),
      ]),
      ...LANES.flatMap((lane, i) => [line(X[0], y(i), X[1], y(i), "lane"), label(X[0] - 8, y(i) + 4, lane, "end")]),
      ...moments.map((moment, i) =>
        dot(x(moment.atMs - zeroMs), y(LANES.indexOf(moment.who)), `dot ${moment.who}`, `${i + 1}. ${moment.says}`),
      ),
    ],
    box,
  );
}

function gridLine(y: number, text: string): string[] {
  return [line(X[0], y, X[1], y, "grid"), label(X[0] - 6, y + 4, text, "end")];
}

export const BAR_SENTENCE = `The bars: p99 at most ${BARS.p99Ratio} of without, batch work at least ${BARS.workRatio} of without.`;
