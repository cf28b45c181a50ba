import type { RandomStream } from "../core/random.ts";
import { medianOf } from "../swarm/comparison-bets.ts";
import { importanceOf } from "../swarm/importance.ts";
import type { RunRecord } from "./history.ts";
import { type Knob, settingOf } from "./knob.ts";
import type { Found } from "./search-plan.ts";
import type { TuneFile } from "./tune-file.ts";

/** What a tuning came to, for programs and for the report. */
export interface TuneResult {
  readonly path: string;
  /** better: confirmed by a rerun. unconfirmed: it looked better, the rerun could not show it. nothing: nothing looked better. */
  readonly outcome: "better" | "unconfirmed" | "nothing";
  readonly metric: { readonly name: string; readonly unit: string; readonly direction: "lower" | "higher" };
  /** Medians of the rerun where there was one, else of the first runs. */
  readonly default: number;
  readonly best: number | null;
  /** Of the rerun: the best's value as a share of the default's, less 1. */
  readonly effect: number | null;
  readonly interval: readonly [number, number] | null;
  /** That the interval was asked to have. */
  readonly level: number;
  readonly pairs: number;
  readonly knobs: readonly KnobResult[];
  /** Share of the differences that only several knobs together make. */
  readonly together: number | null;
  /** How much of the differences between settings the shares account for, 0 to 1. */
  readonly explained: number | null;
  readonly settings: number;
  readonly runs: number;
  readonly failed: number;
  readonly seconds: number;
  readonly ended: Found["ended"];
  readonly history: string;
  readonly notes: readonly string[];
}

export interface KnobResult {
  readonly name: string;
  readonly default: string;
  readonly best: string | null;
  /** Share of the differences that it makes by itself; null where too little was measured to say. */
  readonly importance: number | null;
}

export interface ResultOptions {
  readonly path: string;
  readonly file: TuneFile;
  readonly knobs: readonly Knob[];
  readonly history: string;
  readonly random: RandomStream;
  readonly notes: readonly string[];
}

export function resultOf(found: Found, runs: readonly RunRecord[], options: ResultOptions): TuneResult {
  const { file, knobs, history, path, random } = options;
  const { best, confirmation } = found;
  const importance = importances(found, knobs, random);
  const [before, after] = [knobs.map(({ start }) => start), best];
  const texts = { before: settingOf(knobs, before), after: after && settingOf(knobs, after) };
  const of = (role: string): number => medianOf(runs.flatMap((run) => (run.role === role ? (run.value ?? []) : [])));
  const { name, unit, direction } = file.metric;
  return {
    path,
    outcome: confirmation?.state === "better" ? "better" : best === undefined ? "nothing" : "unconfirmed",
    metric: { name, unit, direction },
    default: confirmation === undefined ? medianOf(found.defaults.filter(Number.isFinite)) : of("confirm default"),
    best: confirmation === undefined ? null : orNull(of("confirm best")),
    effect: confirmation?.effect ?? null,
    interval: confirmation?.interval ?? null,
    level: file.confidence,
    pairs: confirmation?.pairs ?? 0,
    knobs: knobs.map((knob, at) => ({
      name: knob.name,
      default: texts.before[at] ?? "",
      best: texts.after?.[at] ?? null,
      importance: importance?.alone[at] ?? null,
    })),
    together: importance?.together ?? null,
    explained: importance?.explained ?? null,
    settings: found.tried.length,
    runs: runs.length,
    failed: runs.filter(({ value }) => value === null).length,
    seconds: (runs.at(-1)?.elapsedMs ?? 0) / 1000,
    ended: found.ended,
    history,
    notes: [...options.notes, ...remarks(runs)],
  };
}

/** Trees that foresee less than this know nothing. */
const FORESEEN = 0.1;

function importances({ tried }: Found, knobs: readonly Knob[], random: RandomStream): ReturnType<typeof importanceOf> {
  // What broke something has no size.
  const measured = tried.filter(({ gain }) => Number.isFinite(gain));
  const points = measured.map(({ point }) => knobs.map(({ dimension }, at) => shareOf(dimension, point[at] ?? 0)));
  const found = importanceOf(
    points,
    measured.map(({ gain }) => gain),
    random,
  );
  return found !== undefined && found.explained >= FORESEEN ? found : undefined;
}

function shareOf({ low, high, scale }: Knob["dimension"], value: number): number {
  return scale === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

function remarks(runs: readonly RunRecord[]): string[] {
  const defaults = runs.filter(({ role }) => role === "default" || role === "confirm default");
  const broken = defaults.filter(({ broke }) => broke);
  const why = broken.at(-1)?.says ?? "";
  return broken.length === 0 ? [] : [`${broken.length} of ${defaults.length} runs of the default did not do: ${why}`];
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
