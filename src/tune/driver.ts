import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { append, type RunRecord } from "./history.ts";
import { type Knob, settingOf, type Setting } from "./knob.ts";
import type { Measured } from "./measure.ts";
import type { Steps } from "./search.ts";
import type { Ask, Found } from "./search-plan.ts";

export interface DriveOptions {
  readonly knobs: readonly Knob[];
  /** Where every run is written. */
  readonly history: string;
  /** Runs of an earlier session, told to the search first. */
  readonly past: readonly RunRecord[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A failure ends everything; a run that fails is a value. */
  measure(setting: Setting): Promise<Result<Measured>>;
  onRun(run: RunRecord): void;
}

export interface Driven {
  /** Undefined where it was interrupted. */
  readonly found: Found | undefined;
  readonly runs: readonly RunRecord[];
}

/** Gives the search what it asks for: from the history as far as that goes, then by measuring. SW-TUNE-RESUME where the two differ. */
export async function drive(search: Steps<Found>, options: DriveOptions): Promise<Result<Driven>> {
  const { knobs, past, clock, signal } = options;
  const runs: RunRecord[] = [];
  let step = search.next();
  for (const record of past) {
    if (step.done === true || !isOf(record, step.value, knobs))
      return failed(
        "SW-TUNE-RESUME",
        `the history differs from what is asked for at run ${record.n}: another seed, file or version`,
      );
    runs.push(record);
    step = search.next(outcomeOf(record));
  }
  const beganMs = clock.monoMs() - (past.at(-1)?.elapsedMs ?? 0);
  while (step.done !== true) {
    const { role, point } = step.value;
    const setting = settingOf(knobs, point);
    if (signal.aborted) return ok({ found: undefined, runs });
    const measured = await options.measure(setting);
    // What an interruption ended says nothing about the setting.
    if (signal.aborted) return ok({ found: undefined, runs });
    if (!measured.ok) return measured;
    const { value, broke, says, seconds, constraints } = measured.value;
    const record: RunRecord = {
      type: "run",
      n: runs.length + 1,
      role,
      setting: [...setting],
      value: Number.isFinite(value) ? value : null,
      broke,
      says: says.slice(0, 500),
      constraints: [...constraints],
      seconds,
      elapsedMs: clock.monoMs() - beganMs,
    };
    append(options.history, record);
    runs.push(record);
    options.onRun(record);
    step = search.next(outcomeOf(record));
  }
  return ok({ found: step.value, runs });
}

function isOf(record: RunRecord, { role, point }: Ask, knobs: readonly Knob[]): boolean {
  return record.role === role && JSON.stringify(record.setting) === JSON.stringify(settingOf(knobs, point));
}

function outcomeOf({ value, broke, elapsedMs }: RunRecord): { value: number; broke: boolean; elapsedMs: number } {
  return { value: value ?? Number.NaN, broke, elapsedMs };
}
