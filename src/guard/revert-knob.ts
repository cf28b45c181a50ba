import { printable } from "../core/printable.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { ACTUATORS } from "./actuators/actuators.ts";
import type { Change } from "./change.ts";

/**
 * written: the baseline was written and read back. already: nothing to do. foreign: somebody else wrote the
 * knob since, so it is left to them. gone: with its group. failed: the kernel refused; worth another try.
 */
export interface Reversal {
  readonly outcome: "written" | "already" | "foreign" | "gone" | "failed";
  readonly raw: string;
  readonly says: string;
}

/** Takes one change back, where the knob still holds what the layer wrote. */
export function revertKnob(fs: CgroupFs, change: Change): Reversal {
  const actuator = ACTUATORS[change.kind];
  const { cgroup, baseline, setting, written } = change;
  const name = `${change.kind} of ${printable(cgroup)}`;
  if (fs.inode(actuator.controller, cgroup) !== change.inode)
    return { outcome: "gone", raw: "", says: `${name} went with its group` };
  const now = actuator.read(fs, cgroup);
  if (!now.ok) return { outcome: now.code === "SW-GUARD-GONE" ? "gone" : "failed", raw: "", says: now.says };
  const raw = now.value;
  const was = actuator.describe(fs, baseline);
  if (written !== undefined && actuator.shows(baseline, setting) && actuator.same(raw, baseline))
    return { outcome: "already", raw, says: `${name} is ${was}, as it was before` };
  const ours = written === undefined ? actuator.shows(raw, setting) : actuator.same(raw, written);
  const halfway = actuator.halfway?.(fs, raw, baseline) === true;
  if (!ours && !halfway) {
    if (actuator.same(raw, baseline)) return { outcome: "already", raw, says: `${name} was back at ${was} already` };
    if (written !== undefined || !actuator.same(raw, change.before))
      return {
        outcome: "foreign",
        raw,
        says: `${name} was left at ${actuator.describe(fs, raw)}: somebody else wrote it`,
      };
  }
  const restored = actuator.restore(fs, cgroup, baseline);
  if (!restored.ok) return { outcome: restored.code === "SW-GUARD-GONE" ? "gone" : "failed", raw, says: restored.says };
  const after = actuator.read(fs, cgroup);
  if (!after.ok || !actuator.same(after.value, baseline))
    return { outcome: "failed", raw, says: `${name} did not take ${was} back` };
  return { outcome: "written", raw: after.value, says: `${name} is back at ${was}` };
}
