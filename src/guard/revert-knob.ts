import { ok } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { actuatorOf } from "./actuators/actuators.ts";
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

/** Takes one change back, where the knob still holds what the layer wrote, in the very group that it was made to. */
export function revertKnob(fs: CgroupFs, change: Change): Reversal {
  const { kind, cgroup, inode } = change;
  const actuator = actuatorOf(kind);
  const reversal = fs.within(actuator.controller, cgroup, inode, () =>
    ok(actuator.takeBack?.(fs, change) ?? revertHeld(fs, change)),
  );
  if (reversal.ok) return reversal.value;
  return reversal.code === "SW-GUARD-GONE"
    ? { outcome: "gone", raw: "", says: `${kind} of ${printable(cgroup)} went with its group` }
    : { outcome: "failed", raw: "", says: reversal.says };
}

function revertHeld(fs: CgroupFs, change: Change): Reversal {
  const actuator = actuatorOf(change.kind);
  const { cgroup, baseline, before, setting, written } = change;
  const name = `${change.kind} of ${printable(cgroup)}`;
  const now = actuator.read(fs, cgroup);
  if (!now.ok) return { outcome: now.code === "SW-GUARD-GONE" ? "gone" : "failed", raw: "", says: now.says };
  const raw = now.value;
  const was = actuator.describe(fs, baseline);
  // A change to what was there before passes through nothing on its way back.
  const undisturbed = actuator.shows(baseline, setting) && (written !== undefined || actuator.shows(before, setting));
  const halfway = !undisturbed && actuator.halfway?.(fs, raw, baseline) === true;
  if (actuator.same(raw, baseline) && !halfway)
    return { outcome: "already", raw, says: `${name} is back at ${was} already` };
  // Without a result the write may or may not have happened, or may have failed at the value before.
  const ours =
    written === undefined ? actuator.shows(raw, setting) || actuator.same(raw, before) : actuator.same(raw, written);
  if (!ours && !halfway) {
    const now = actuator.describe(fs, raw);
    return { outcome: "foreign", raw, says: `${name} was left at ${now}: somebody else wrote it` };
  }
  const restored = actuator.restore(fs, cgroup, baseline);
  if (!restored.ok) return { outcome: restored.code === "SW-GUARD-GONE" ? "gone" : "failed", raw, says: restored.says };
  const after = actuator.read(fs, cgroup);
  if (!after.ok || !actuator.same(after.value, baseline))
    return { outcome: "failed", raw, says: `${name} did not take ${was} back` };
  return { outcome: "written", raw: after.value, says: `${name} is back at ${was}` };
}
