import { printable } from "../core/printable.ts";
import type { TuneResult } from "./result.ts";

/** The report for a terminal. */
export function textReport(result: TuneResult, toType: readonly string[]): string {
  const { knobs, notes, history } = result;
  const rows = [
    ["knob", "default", "best", "importance"],
    ...knobs.map((knob) => [
      printable(knob.name, 40),
      printable(knob.default, 30),
      knob.best === null ? "" : printable(knob.best, 30),
      knob.importance === null ? "?" : percent(knob.importance),
    ]),
    ...(result.together === null ? [] : [["together", "", "", percent(result.together)]]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
  return [
    "",
    ...VERDICTS[result.outcome](result),
    "",
    ...lines,
    "",
    ...(result.explained === null
      ? ["importance: too little was measured, or too much noise in it, to tell the knobs apart"]
      : [
          `importance: share of the differences over the whole range; ${percent(result.explained)} of them are foreseen by the model behind it`,
        ]),
    ...(result.outcome === "better"
      ? ["", "to put it in force:", ...toType.flatMap((each) => each.split("\n").map((line) => `  ${typed(line)}`))]
      : []),
    "",
    `${many(result.runs, "run")} of ${many(result.settings, "setting")} in ${duration(result.seconds)}${failures(result)}${ENDED[result.ended]}`,
    `every run: ${printable(history, 500)}`,
    ...notes.map((note) => `note: ${printable(note, 500)}`),
    "",
  ].join("\n");
}

/** To be typed as it stands: a backslash is one. */
function typed(line: string): string {
  return printable(line, 4000).replaceAll("\\\\", "\\");
}

const VERDICTS: Readonly<Record<TuneResult["outcome"], (result: TuneResult) => string[]>> = {
  better: (result) => [
    `Better: ${change(result)}`,
    `  confirmed by ${result.pairs} pairs of runs against the default, ${values(result)}`,
  ],
  unconfirmed: (result) => [
    "Keep the default: what looked better in the search did not hold when it was measured again",
    `  ${change(result)}; ${result.pairs} pairs, ${values(result)}`,
  ],
  nothing: (result) => [`Keep the default (${measure(result, result.default)}): ${nothingWords(result)}`],
};

function nothingWords({ settings, ended }: TuneResult): string {
  if (settings > 1 || ended !== "budget") return "nothing better was found";
  return "nothing else was tried, for the budget is too small; give it more runs or minutes (`budget`)";
}

const ENDED: Readonly<Record<TuneResult["ended"], string>> = {
  budget: "",
  exhausted: "; ended early: there was nothing new to try",
  "default fails": "",
};

/** "metric 38.0 % lower (95 % interval: 35.1 % to 40.9 % lower)" */
function change({ metric, effect, interval, level }: TuneResult): string {
  const [low, high] = interval ?? [-1, Number.POSITIVE_INFINITY];
  const ends = low < 0 && high < 0 ? [high, low] : [low, high];
  const [near, far] = ends.map((end) => shift(end));
  const oneSided = low < 0 === high < 0 ? near?.replace(/ (lower|higher)$/, "") : near;
  return `${printable(metric.name, 80)} ${shift(effect ?? 0)} (${percent(level)} interval: ${oneSided} to ${far})`;
}

function values({ metric, default: before, best }: TuneResult): string {
  const unit = metric.unit === "" ? "" : ` ${printable(metric.unit, 20)}`;
  return `median ${number(before)}${unit} before, ${number(best ?? Number.NaN)}${unit} after`;
}

function measure({ metric }: TuneResult, value: number): string {
  return `${number(value)}${metric.unit === "" ? "" : ` ${printable(metric.unit, 20)}`}`;
}

/** "3.2 % lower" */
function shift(share: number): string {
  if (!Number.isFinite(share)) return "any amount higher";
  return `${(Math.abs(share) * 100).toFixed(1)} % ${share < 0 ? "lower" : "higher"}`;
}

function failures({ failed }: TuneResult): string {
  return failed === 0 ? "" : `, ${failed} of which failed`;
}

function many(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

export function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "?";
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
