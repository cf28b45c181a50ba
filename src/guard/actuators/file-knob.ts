import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs, Controller } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";

/** One knob that is one number in one file of a group, by version of the hierarchy. */
export interface FileKnob {
  readonly kind: Actuator["kind"];
  readonly controller: Controller;
  /** The first that the group has is the one. */
  readonly files: Readonly<Partial<Record<1 | 2, readonly string[]>>>;
  /** Unit of ACTIONS in units of the file. */
  readonly scale: number;
  /** What the file takes beyond the bounds of ACTIONS: the value is moved there. */
  readonly takes?: (file: string) => { readonly min: number; readonly max: number };
  /** A number of the file from which on it means no limit at all (v1 has no word for it). */
  readonly unlimitedFrom?: number;
  /** File with what the group uses now, in the unit of the knob's file: steps from no limit, or no promise, count from there. */
  readonly usage?: Readonly<Record<1 | 2, string>>;
  readonly unit: string;
}

const NUMBER_OR_MAX = /^(?:max|\d{1,19})$/;

/** The actuator of a row. Its state is the file's number, or "max". */
export function fileKnob(row: FileKnob): Actuator {
  const { kind, controller, scale, unlimitedFrom = Infinity } = row;
  const fileOf = (fs: CgroupFs, cgroup: string): Result<string> => firstFile(row, fs, cgroup);
  const read = (fs: CgroupFs, cgroup: string): Result<string> => {
    const file = fileOf(fs, cgroup);
    const text = file.ok ? fs.read(controller, cgroup, file.value) : file;
    return text.ok ? numberIn(text.value) : text;
  };
  const write = (fs: CgroupFs, cgroup: string, raw: string): Result<void> => {
    if (!NUMBER_OR_MAX.test(raw)) return failed("SW-GUARD-KNOB", `${JSON.stringify(raw)} is no state of ${kind}`);
    const file = fileOf(fs, cgroup);
    if (!file.ok) return file;
    const { min = 0, max = Infinity } = row.takes?.(file.value) ?? {};
    const text = raw === "max" ? raw : within(raw, min, max);
    return fs.write(controller, cgroup, file.value, text);
  };
  const value = (_: unknown, raw: string): number =>
    raw === "max" || Number(raw) >= unlimitedFrom ? Infinity : Number(raw) / scale;
  return {
    kind,
    controller,
    probe: fileOf,
    read,
    encode: (_, wanted) => String(wanted * scale),
    apply(fs, cgroup, setting) {
      const written = write(fs, cgroup, setting);
      return written.ok ? ok("") : written;
    },
    restore: write,
    // A file that takes less than what was asked for shows that: as near as it gets.
    shows: (raw, setting) => raw === setting || (row.takes !== undefined && isEnd(row, raw, setting)),
    same: (raw, other) => raw === other,
    value,
    describe: (fs, raw) => (value(fs, raw) === Infinity ? "no limit" : `${rounded(value(fs, raw))} ${row.unit}`.trim()),
    ...(row.usage && { stepFrom: (fs, cgroup, raw, wanted) => stepFrom(row, fs, cgroup, value(fs, raw), wanted) }),
  };
}

function firstFile({ kind, controller, files }: FileKnob, fs: CgroupFs, cgroup: string): Result<string> {
  const version = fs.hierarchy(controller)?.version;
  const names = version === undefined ? undefined : files[version];
  if (names === undefined) return failed("SW-GUARD-KNOB", `no ${kind} in ${controller} of cgroup v${version ?? "?"}`);
  let missing: Result<string> = failed("SW-GUARD-KNOB", `no ${kind}`);
  for (const name of names) {
    const found = fs.read(controller, cgroup, name);
    if (found.ok) return ok(name);
    missing = found;
  }
  return missing;
}

/** "max", "100", and "default 100" with lines for single devices below it, which are not ours. */
function numberIn(text: string): Result<string> {
  const raw = /^(?:default )?(max|\d+)$/m.exec(text)?.[1];
  return raw === undefined ? failed("SW-GUARD-KNOB", `${JSON.stringify(text.slice(0, 64))} is no number`) : ok(raw);
}

function isEnd(row: FileKnob, raw: string, setting: string): boolean {
  const ends = Object.values(row.files).flatMap((names) => names.map((name) => row.takes?.(name)));
  return ends.some((end) => end !== undefined && raw === within(setting, end.min, end.max) && raw !== setting);
}

/** Where no limit holds, and where nothing is promised, a value on the harmless side of the present use is no step at all. */
function stepFrom(
  { usage, controller, scale }: FileKnob,
  fs: CgroupFs,
  cgroup: string,
  from: number,
  to: number,
): number {
  if (from !== Infinity && from !== 0) return from;
  const version = fs.hierarchy(controller)?.version ?? 2;
  const used = usage && fs.read(controller, cgroup, usage[version]);
  const now = used?.ok ? Number(used.value) / scale : to;
  const harmless = from === Infinity ? to >= now : to <= now;
  return harmless ? to : Math.max(now, 1);
}

/** In text, as numbers of 19 digits lose their last ones in arithmetic. */
function within(raw: string, min: number, max: number): string {
  const value = Number(raw);
  if (value < min) return String(min);
  return value > max ? String(max) : raw;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
