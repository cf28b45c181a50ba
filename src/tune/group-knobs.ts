import { failed, ok, type Result } from "../core/errors.ts";
import { ACTUATORS } from "../guard/actuators/actuators.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { GROUP_SETTINGS, type GroupSetting } from "./group-settings.ts";

/** A group of the tuning's own, and the disks that limits are set on. */
export interface GroupPlace {
  readonly fs: CgroupFs;
  readonly path: string;
  /** "MAJOR:MINOR" each. */
  readonly disks: readonly string[];
}

const KIB = 1024;

/** The value in the unit of GROUP_SETTINGS; Infinity where there is no limit. SW-TUNE where the host has no such setting. */
export function groupValue(kind: GroupSetting, { fs, path }: GroupPlace): Result<number> {
  const raw = kind === "io.latency" ? fs.read("io", path, kind) : ACTUATORS[kind].read(fs, path);
  if (!raw.ok) return failed("SW-TUNE", `this host has no ${kind}: it needs ${GROUP_SETTINGS[kind].needs}`);
  const value = kind === "io.latency" ? leastTarget(raw.value) : ACTUATORS[kind].value(fs, raw.value);
  return ok(value ?? Number.NaN);
}

/** SW-TUNE, SW-GUARD-KNOB where the kernel does not take it. */
export function setGroupValue(kind: GroupSetting, value: number, place: GroupPlace): Result<void> {
  const { fs, path, disks } = place;
  if (kind.startsWith("io.m") || kind === "io.latency")
    if (disks.length === 0) return failed("SW-TUNE", `${kind}: this host has no disk`);
  if (kind === "io.latency") return setTargets(value, place);
  const actuator = ACTUATORS[kind];
  const before = actuator.read(fs, path);
  if (!before.ok) return before;
  // A new group has used no disk yet, so that the limit goes on all there are: in the form of that actuator's states.
  const bytes = value * KIB;
  const limits = disks.map((disk) => `${disk} ${bytes} ${bytes}`).join(", ");
  const setting = kind === "io.max" ? limits : actuator.encode(fs, value);
  const applied = actuator.apply(fs, path, setting, before.value);
  const after = applied.ok ? actuator.read(fs, path) : applied;
  if (!after.ok) return after;
  return actuator.shows(after.value, setting)
    ? ok(undefined)
    : failed("SW-GUARD-KNOB", `${kind} did not keep ${value}`);
}

/** cgroup-v2.rst, "IO Latency": a target for each disk. */
function setTargets(value: number, { fs, path, disks }: GroupPlace): Result<void> {
  for (const disk of disks) {
    const written = fs.write("io", path, "io.latency", `${disk} target=${value}`);
    if (!written.ok) return written;
  }
  return ok(undefined);
}

function leastTarget(text: string): number {
  return Math.min(...Array.from(text.matchAll(/\btarget=(\d+)/g), ([, target]) => Number(target)));
}
