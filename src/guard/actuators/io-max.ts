import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";
import { takeBackParts, unread } from "./take-back.ts";

const KIB = 1024;
const MAX_DEVICES = 32;

/**
 * Bytes that a group may read and write in a second on each disk: v2 io.max, v1 blkio.throttle.*_bps_device.
 * The state is "MAJOR:MINOR READ WRITE" for each disk with a limit, sorted and joined by ", "; "none"
 * without any. Limits on operations are another's and stay.
 */
export const ioMax: Actuator = {
  kind: "io.max",
  controller: "io",
  probe(fs, cgroup) {
    const [file] = filesOf(fs);
    const raw = fs.read("io", cgroup, file);
    return raw.ok ? ok(file) : raw;
  },
  read(fs, cgroup) {
    const limits = new Map<string, Limit>();
    for (const [file, fields] of Object.entries(READS[versionOf(fs)])) {
      const text = fs.read("io", cgroup, file);
      if (!text.ok) return text;
      for (const line of text.value.split("\n").filter(Boolean)) addLine(limits, line, fields);
    }
    return ok(textOf(limits));
  },
  encode: (_, value) => `all ${value * KIB}`,
  prepare(fs, value, { cgroup }) {
    const used = usedDevices(fs, cgroup);
    const limits = new Map(
      used.ok ? used.value.map((device) => [device, { read: value * KIB, write: value * KIB }] as const) : [],
    );
    return used.ok ? ok(textOf(limits)) : used;
  },
  apply(fs, cgroup, setting) {
    const wanted = parse(setting);
    if (wanted === undefined || wanted.size === 0)
      return failed("SW-GUARD-KNOB", `${JSON.stringify(setting)} is no limit`);
    const written = writeAll(fs, cgroup, wanted);
    return written.ok ? ok("") : written;
  },
  restore(fs, cgroup, raw) {
    const [wanted, now] = [parse(raw), this.read(fs, cgroup)];
    if (wanted === undefined) return failed("SW-GUARD-KNOB", `${JSON.stringify(raw)} is no state of io.max`);
    if (!now.ok) return now;
    const freed = [...(parse(now.value)?.keys() ?? [])].filter((device) => !wanted.has(device));
    return writeAll(fs, cgroup, new Map([...freed.map((device) => [device, FREE] as const), ...wanted]));
  },
  // Each disk is a write of its own, on v1 each direction too, so a way back may begin anywhere between.
  takeBack(fs, change) {
    const [now, setting, baseline] = [this.read(fs, change.cgroup), parse(change.setting), parse(change.baseline)];
    if (!now.ok) return unread(now);
    const limits = parse(now.value) ?? new Map<string, Limit>();
    return takeBackParts(change, {
      parts: [...(setting?.keys() ?? [])].map((device) => ({
        now: lineOf(limits.get(device) ?? FREE),
        ours: lineOf(setting?.get(device) ?? FREE),
        baseline: lineOf(baseline?.get(device) ?? FREE),
        between: isBetween(limits.get(device) ?? FREE, setting?.get(device) ?? FREE, baseline?.get(device) ?? FREE),
        write: () => writeAll(fs, change.cgroup, new Map([[device, baseline?.get(device) ?? FREE]])),
      })),
      read: () => this.read(fs, change.cgroup),
    });
  },
  shows(raw, setting) {
    const [limits, wanted] = [parse(raw), parse(setting)];
    return [...(wanted ?? [])].every(([device, { read, write }]) => {
      const limit = limits?.get(device);
      return limit?.read === read && limit.write === write;
    });
  },
  same: (raw, other) => raw === other,
  value: (_, raw) => Math.min(...[...(parse(raw)?.values() ?? [])].flatMap(({ read, write }) => [read, write])) / KIB,
  describe: (_, raw) =>
    raw === "none" ? "no limit" : raw.replaceAll(/\d{4,}/g, (n) => `${Math.round(Number(n) / KIB)} KiB/s`),
  // Of the disks that would be written only. What flows now is not known here: from no limit all within the bounds may follow.
  stepFrom(fs, cgroup, raw, value) {
    const used = usedDevices(fs, cgroup);
    const limits = [...(parse(raw) ?? [])].filter(([device]) => used.ok && used.value.includes(device));
    const from = Math.min(...limits.flatMap(([, { read, write }]) => [read, write])) / KIB;
    return from === Infinity ? value : from;
  },
};

interface Limit {
  readonly read: number;
  readonly write: number;
}

const FREE: Limit = { read: Infinity, write: Infinity };
const V1_READ = "blkio.throttle.read_bps_device";
const V1_WRITE = "blkio.throttle.write_bps_device";

/** Which fields of a line are what, by file. */
const READS: Readonly<Record<1 | 2, Readonly<Record<string, Readonly<Partial<Record<keyof Limit, RegExp>>>>>>> = {
  1: { [V1_READ]: { read: /^\S+ (\d+)$/ }, [V1_WRITE]: { write: /^\S+ (\d+)$/ } },
  2: { "io.max": { read: /\brbps=(\d+)/, write: /\bwbps=(\d+)/ } },
};
const STATISTICS = { 1: "blkio.throttle.io_service_bytes", 2: "io.stat" } as const;

function usedDevices(fs: CgroupFs, cgroup: string): Result<readonly string[]> {
  const used = fs.read("io", cgroup, STATISTICS[versionOf(fs)]);
  if (!used.ok) return used;
  const devices = [...new Set(used.value.match(/^\d+:\d+(?= )/gm) ?? [])].slice(0, MAX_DEVICES);
  return devices.length === 0 ? failed("SW-GUARD-KNOB", "the group has used no disk yet") : ok(devices);
}

function addLine(limits: Map<string, Limit>, line: string, fields: Partial<Record<keyof Limit, RegExp>>): void {
  const device = /^\d+:\d+/.exec(line)?.[0];
  if (device === undefined) return;
  const found = Object.entries(fields).map(([name, field]) => [name, Number(field.exec(line)?.[1] ?? Infinity)]);
  const limit: Limit = { ...(limits.get(device) ?? FREE), ...Object.fromEntries(found) };
  if (limit.read !== Infinity || limit.write !== Infinity) limits.set(device, limit);
}

function textOf(limits: ReadonlyMap<string, Limit>): string {
  const word = (bytes: number): string => (bytes === Infinity ? "max" : String(bytes));
  const lines = [...limits].map(([device, { read, write }]) => `${device} ${word(read)} ${word(write)}`);
  return lines.length === 0 ? "none" : lines.sort().join(", ");
}

/** Undefined where the text is no state: only what this module wrote is ever written back. */
function parse(raw: string): Map<string, Limit> | undefined {
  if (raw === "none") return new Map();
  const number = (text?: string): number => (text === "max" ? Infinity : Number(text));
  const lines = raw.split(", ").map((each) => /^(\d{1,5}:\d{1,8}) (max|\d{1,15}) (max|\d{1,15})$/.exec(each));
  if (lines.some((line) => line === null)) return undefined;
  return new Map(
    lines.flatMap((line) => (line ? [[line[1] ?? "", { read: number(line[2]), write: number(line[3]) }]] : [])),
  );
}

function lineOf({ read, write }: Limit): string {
  return `${read} ${write}`;
}

/** One direction ours, the other as before: a write of v1 that was cut off. */
function isBetween(now: Limit, ours: Limit, before: Limit): boolean {
  return (
    (now.read === ours.read || now.read === before.read) && (now.write === ours.write || now.write === before.write)
  );
}

function writeAll(fs: CgroupFs, cgroup: string, limits: ReadonlyMap<string, Limit>): Result<void> {
  for (const [device, { read, write }] of limits) {
    const written =
      versionOf(fs) === 2 ? writeV2(fs, cgroup, device, read, write) : writeV1(fs, cgroup, device, read, write);
    if (!written.ok) return written;
  }
  return ok(undefined);
}

function writeV2(fs: CgroupFs, cgroup: string, device: string, read: number, write: number): Result<void> {
  const word = (bytes: number): string => (bytes === Infinity ? "max" : String(bytes));
  return fs.write("io", cgroup, "io.max", `${device} rbps=${word(read)} wbps=${word(write)}`);
}

/** 0 takes a limit of v1 away (blkio-controller.rst). */
function writeV1(fs: CgroupFs, cgroup: string, device: string, read: number, write: number): Result<void> {
  const number = (bytes: number): string => (bytes === Infinity ? "0" : String(bytes));
  const first = fs.write("io", cgroup, V1_READ, `${device} ${number(read)}`);
  return first.ok ? fs.write("io", cgroup, V1_WRITE, `${device} ${number(write)}`) : first;
}

function filesOf(fs: CgroupFs): string[] & { 0: string } {
  return versionOf(fs) === 2 ? ["io.max"] : [V1_READ, V1_WRITE];
}

function versionOf(fs: CgroupFs): 1 | 2 {
  return fs.hierarchy("io")?.version ?? 2;
}
