import type { Dimension, Space } from "../swarm/optimiser.ts";
import type { KnobFile, TuneFile } from "./tune-file.ts";

/** One thing that may be changed: a coordinate for the search, a text for the command. */
export interface Knob {
  readonly name: string;
  readonly file: KnobFile;
  readonly dimension: Dimension;
  /** Where everything begins, as a coordinate. */
  readonly start: number;
}

/** What every knob is set to, in their order. */
export type Setting = readonly string[];

/** Digits of a number that a command is given: a tuning that needs more has no noise. */
const DIGITS = 6;

/** The knobs of a file. `inForce` says what they are at now; a group of the tuning's own is at nothing that counts, where a default is named. */
export function knobsOf(
  file: TuneFile,
  inForce: Readonly<Record<string, string>>,
): Knob[] | { readonly outside: string } {
  const knobs: Knob[] = [];
  for (const [name, each] of Object.entries(file.knobs)) {
    const dimension = dimensionOf(name, each);
    const now = each.cgroup === undefined ? (inForce[name] ?? each.default) : (each.default ?? inForce[name]);
    const start = coordinateOf(each, String(now ?? ""));
    if (start === undefined || start < dimension.low || start > dimension.high) return { outside: name };
    knobs.push({ name, file: each, dimension, start });
  }
  return knobs;
}

function dimensionOf(name: string, { choices, range = [0, 1], log, integer }: KnobFile): Dimension {
  if (choices !== undefined) return { name, low: 0, high: choices.length - 1, integer: true };
  return { name, low: range[0], high: range[1], integer, scale: log ? "log" : "linear" };
}

function coordinateOf({ choices }: KnobFile, text: string): number | undefined {
  if (choices === undefined) return text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
  const at = choices.findIndex((choice) => String(choice) === text.trim());
  return at < 0 ? undefined : at;
}

export function spaceOf(knobs: readonly Knob[]): Space {
  return knobs.map(({ dimension }) => dimension);
}

/** The texts of a point. */
export function settingOf(knobs: readonly Knob[], point: readonly number[]): Setting {
  return knobs.map(({ file: { choices }, dimension, start }, at) => {
    const coordinate = point[at] ?? start;
    if (choices !== undefined) return String(choices[Math.round(coordinate)] ?? "");
    // What is given as a default is kept to the last digit.
    if (coordinate === start || dimension.integer) return String(coordinate);
    const rounded = Number(coordinate.toPrecision(DIGITS));
    return String(Math.min(dimension.high, Math.max(dimension.low, rounded)));
  });
}

/** `{name}` of knobs that have no other way stand for their values; `${name}` is the shell's. */
export function filledIn(command: string, knobs: readonly Knob[], setting: Setting): string {
  return knobs.reduce((text, { name, file }, at) => {
    const { env, sysctl, cgroup, set } = file;
    if ((env ?? sysctl ?? cgroup ?? set) !== undefined) return text;
    return text.replaceAll(new RegExp(`(?<!\\$)\\{${escaped(name)}\\}`, "g"), () => setting[at] ?? "");
  }, command);
}

function escaped(name: string): string {
  return name.replaceAll(/[.-]/g, (sign) => `\\${sign}`);
}

/** What the environment variables are set to. */
export function environmentOf(knobs: readonly Knob[], setting: Setting): Record<string, string> {
  return Object.fromEntries(
    knobs.flatMap(({ file: { env } }, at) => (env === undefined ? [] : [[env, setting[at] ?? ""]])),
  );
}
