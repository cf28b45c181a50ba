import { parseArgs } from "node:util";
import { Countdown } from "../src/lab/countdown.ts";
import { type Spread, spreadOf } from "../src/lab/spread.ts";

/*
 * What all benches share. A figure is the median of repeats that are interleaved with those of the others, in turning order
 * (A B C, C B A, ...), so that what else the machine does falls on all of them alike; its range says how noisy it was. A bar is a
 * figure with a limit. Figures of work are per second of CPU time of this process, all its threads included, not of the
 * clock: they hold on a busy machine, and garbage collection is not hidden.
 */

export interface BenchOptions {
  /** All benches together in less than a minute. */
  readonly quick: boolean;
  readonly json: boolean;
  /** Exit code 1 where a bar is missed. */
  readonly check: boolean;
}

export interface Case {
  readonly name: string;
  /** One repeat; gives its figure. */
  run(): number | Promise<number>;
}

/** A figure; with a limit, a bar. */
export interface Figure {
  readonly name: string;
  readonly spread: Spread;
  readonly unit: string;
  readonly limit?: Limit;
}

export interface Limit {
  readonly value: number;
  readonly sense: "at least" | "at most";
}

export const atLeast = (value: number): Limit => ({ value, sense: "at least" });
export const atMost = (value: number): Limit => ({ value, sense: "at most" });

const USAGE = "usage: bench [--quick] [--json] [--check]";
/** sysexits(3). */
const EX_USAGE = 64;

/** Undefined, with a word on stderr and the exit code set, where the arguments are not understood. */
export function benchOptions(args: readonly string[]): BenchOptions | undefined {
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { quick: flag, json: flag, check: flag } }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = EX_USAGE;
    return undefined;
  }
}

/** One warm-up of each case, uncounted, then `repeats` rounds; the figures of each case in the order of the rounds. */
export async function interleaved(cases: readonly Case[], repeats: number): Promise<ReadonlyMap<string, number[]>> {
  const figures = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  const countdown = new Countdown(process.stderr, "measures");
  const total = cases.length * (repeats + 1);
  let done = 0;
  const run = (one: Case): number | Promise<number> => {
    countdown.at(done++, total, one.name);
    return one.run();
  };
  for (const one of cases) await run(one);
  for (let round = 0; round < repeats; round++) {
    const order = round % 2 === 0 ? cases : cases.toReversed();
    for (const one of order) figures.get(one.name)?.push(await run(one));
  }
  countdown.end();
  return figures;
}

/** Operations per second of CPU time. */
export function perCpuSecond(operations: number, work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (operations * 1e6) / Math.max(1, user + system);
}

/** How many times the one is the other, round by round. */
export function ratios(of: readonly number[], to: readonly number[]): Spread {
  return spreadOf(of.map((value, round) => value / (to[round] ?? Number.NaN)));
}

/** Whether the bar is held; a figure without a limit always is. */
export function isHeld({ spread, limit }: Figure): boolean {
  if (limit === undefined) return true;
  return limit.sense === "at least" ? spread.median >= limit.value : spread.median <= limit.value;
}

/** Figures first, the bars at the end; as JSON, the bars alone, one a line. */
export function render(title: string, figures: readonly Figure[], json: boolean): string {
  const bars = figures.filter(({ limit }) => limit !== undefined);
  if (json) return bars.map((bar) => `${JSON.stringify(barObject(bar))}\n`).join("");
  const table = figures.map(({ name, spread, unit }) => [
    name,
    `${short(spread.median)} ${unit}`,
    `${short(spread.min)} to ${short(spread.max)}`,
  ]);
  const verdicts = bars.map((bar) => [
    bar.name,
    `${short(bar.spread.median)} ${bar.unit}`,
    bar.limit === undefined ? "" : `${bar.limit.sense} ${short(bar.limit.value)}`,
    isHeld(bar) ? "held" : "MISSED",
  ]);
  const parts = [`${title}\n\n`, columns([["figure", "median", "range"], ...table])];
  if (bars.length > 0) parts.push("\n", columns([["bar", "figure", "limit", ""], ...verdicts]));
  return parts.join("");
}

/** Prints, and sets the exit code. */
export function conclude(title: string, figures: readonly Figure[], options: BenchOptions): void {
  process.stdout.write(render(title, figures, options.json));
  if (options.check && !figures.every(isHeld)) process.exitCode = 1;
}

function barObject(bar: Figure): Record<string, unknown> {
  return { bar: bar.name, value: bar.spread.median, unit: bar.unit, limit: bar.limit?.value, held: isHeld(bar) };
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return lines.map((line) => `  ${line.trimEnd()}\n`).join("");
}

/** Three significant digits, thousands apart. */
function short(value: number): string {
  return Number.isFinite(value)
    ? Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 6 })
    : "–";
}
