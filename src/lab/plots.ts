import { LatencyHistogram } from "./latency-histogram.ts";
import { BOX, dot, label, line, linear, linearTicks, logarithmic, logDomain, logTicks, path, svg } from "./plot.ts";
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
  const grid = logTicks(...domain).flatMap((tick) => gridLine(y(tick), time(tick)));
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
  const ticks = linearTicks(highest * 1.05);
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
const QUANTILES = [0.5, 0.9, 0.99, 0.999, 0.9999] as const;

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
    ...logTicks(...domain).flatMap((tick) => gridLine(y(tick), time(tick))),
    ...QUANTILES.flatMap((q) => [
      line(x(nines(q)), Y[0], x(nines(q)), Y[1], "grid"),
      label(
        x(nines(q)),
        BOX.height - BOX.bottom + 18,
        `${Number((q * 100).toFixed(2))} %`,
        q > 0.9995 ? "end" : "middle",
      ),
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

const LANES: readonly Moment["who"][] = ["app", "layer"];

/** The dropper's story from the exploit to the freeze; what comes later is in the list only. */
export function timelinePlot(moments: readonly Moment[], zeroMs: number): string {
  const frozen = moments.find((moment) => moment.says.endsWith("is frozen")) ?? moments.at(-1);
  const end = Math.max(20, ((frozen?.atMs ?? zeroMs) - zeroMs) * 1.1);
  const x = linear([0, end], X);
  const lane = (who: Moment["who"]): number => 40 + LANES.indexOf(who) * 60;
  const latest = new Map<string, { x: number; above: number }>();
  const dots = moments.map(({ atMs, who, says }, i) => {
    const at = x(atMs - zeroMs);
    if (at > X[1]) return "";
    const before = latest.get(who);
    // What happens within a few pixels is stacked, so that every dot can be seen.
    const above = before !== undefined && at - before.x < 11 ? before.above + 1 : 0;
    latest.set(who, { x: at, above });
    return dot(at, lane(who) - above * 11, `dot ${who}`, `${i + 1}. ${says}`);
  });
  return svg(
    "timeline of the dropper",
    [
      ...linearTicks(end).flatMap((tick) => [
        line(x(tick), 10, x(tick), 112, "grid"),
        label(x(tick), 130, time(tick), x(tick) > X[1] - 16 ? "end" : "middle"),
      ]),
      ...LANES.flatMap((who) => [
        line(X[0], lane(who), X[1], lane(who), "lane"),
        label(X[0] - 8, lane(who) + 4, who, "end"),
      ]),
      ...dots,
    ],
    { ...BOX, height: 140 },
  );
}

function time(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${Number(ms.toPrecision(3))} ms`;
}

function gridLine(y: number, text: string): string[] {
  return [line(X[0], y, X[1], y, "grid"), label(X[0] - 6, y + 4, text, "end")];
}

export const BAR_SENTENCE = `The bars: p99 at most ${BARS.p99Ratio} of without, batch work at least ${BARS.workRatio} of without.`;
