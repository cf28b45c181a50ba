import { spreadOf } from "../../../src/lab/spread.ts";
import {
  BOX,
  dot,
  label,
  line,
  linear,
  linearTicks,
  logarithmic,
  logDomain,
  logTicks,
  path,
  type Scale,
  svg,
} from "../../../src/lab/plot.ts";
import type { ArmName } from "../scenario.ts";

const X: readonly [number, number] = [BOX.left, BOX.width - BOX.right];
const Y: readonly [number, number] = [BOX.height - BOX.bottom, BOX.top];

/** Under a dot's column there is room for a word, not for a sentence. */
const SHORT: Readonly<Record<ArmName, string>> = {
  default: "default",
  oracle: "best static",
  careful: "careful",
  random: "random",
  tuned: "tuned",
  layer: "layer",
};

export interface ArmValues {
  readonly arm: ArmName;
  /** Round by round. */
  readonly values: readonly number[];
}

/** One dot per round, one column per arm, a bar at the median. Logarithmic. */
export function latencyStrip(title: string, arms: readonly ArmValues[]): string {
  const domain = logDomain(arms.flatMap(({ values }) => values));
  const y = logarithmic(domain, Y);
  return strip(
    title,
    arms,
    y,
    logTicks(...domain).map((tick) => [tick, milliseconds(tick)] as const),
    milliseconds,
  );
}

/** From zero; 1 is the kernel default's median. */
export function workStrip(title: string, arms: readonly ArmValues[]): string {
  const highest = Math.max(1.1, ...arms.flatMap(({ values }) => values)) * 1.05;
  const ticks = linearTicks(highest).map((tick) => [tick, tick.toFixed(1)] as const);
  return strip(title, arms, linear([0, highest], Y), ticks, (value) => value.toFixed(3));
}

function strip(
  title: string,
  arms: readonly ArmValues[],
  y: Scale,
  ticks: readonly (readonly [number, string])[],
  words: (value: number) => string,
): string {
  const x = linear([-0.5, arms.length - 0.5], X);
  const columns = arms.flatMap(({ arm, values }, column) => {
    const spacing = Math.min(4, 40 / Math.max(1, values.length));
    const { median } = spreadOf(values);
    return [
      ...values.map((value, i) =>
        dot(
          x(column) + (i - (values.length - 1) / 2) * spacing,
          y(value),
          `dot ${arm}`,
          `${SHORT[arm]}, round ${i + 1}: ${words(value)}`,
        ),
      ),
      line(x(column) - 26, y(median), x(column) + 26, y(median), "median"),
      label(x(column), BOX.height - BOX.bottom + 18, SHORT[arm], "middle"),
      label(x(column), BOX.height - BOX.bottom + 33, words(median), "middle"),
    ];
  });
  return svg(title, [...ticks.flatMap(([tick, text]) => gridLine(y(tick), text)), ...columns]);
}

export interface Course {
  readonly css: string;
  /** One value per second, milliseconds. */
  readonly values: readonly number[];
}

export interface Mark {
  readonly atSeconds: number;
  readonly says: string;
}

/** Values second by second, with a line for the limit and marks where something changed. */
export function coursePlot(title: string, courses: readonly Course[], limitMs: number, marks: readonly Mark[]): string {
  const domain = logDomain([limitMs, ...courses.flatMap(({ values }) => values)]);
  const y = logarithmic(domain, Y);
  const seconds = Math.max(2, ...courses.map(({ values }) => values.length));
  const x = linear([0, seconds], X);
  return svg(title, [
    ...logTicks(...domain).flatMap((tick) => gridLine(y(tick), milliseconds(tick))),
    ...linearTicks(seconds).map((tick) => label(x(tick), BOX.height - BOX.bottom + 18, `${tick} s`, "middle")),
    ...marks.flatMap(({ atSeconds, says }) => [
      line(x(atSeconds), Y[0], x(atSeconds), Y[1], "grid"),
      label(x(atSeconds) + 4, BOX.top + 10, says, "start"),
    ]),
    line(X[0], y(limitMs), X[1], y(limitMs), "limit"),
    ...courses.map(({ css, values }) =>
      path(
        values.map((value, second) => [x(second + 0.5), y(value)] as const),
        `curve ${css}`,
      ),
    ),
  ]);
}

function gridLine(y: number, text: string): string[] {
  return [line(X[0], y, X[1], y, "grid"), label(X[0] - 6, y + 4, text, "end")];
}

function milliseconds(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`;
}
