import { ok, type Result } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { ACTUATORS } from "./actuators/actuators.ts";
import { weightUnder } from "./actuators/cpu-idle.ts";
import type { Asked } from "./checks.ts";
import type { Lease, Leases } from "./leases.ts";
import { type Members, membersOf } from "./members.ts";
import type { Target } from "./target.ts";

/** Puts together what the checks look at; the kernel is read when a check first asks, and once only. */
export function askedOf(fs: CgroupFs, procRoot: string, target: Target, value: number, leases: Leases): Asked {
  const { kind, cgroup, actuator } = target;
  const lease = leases.find(kind, cgroup);
  const setting = actuator.encode(fs, value);
  let members: Result<Members> | undefined;
  let raw: Result<string> | undefined;
  return {
    target,
    value,
    setting,
    to: actuator.describe(fs, setting),
    lease,
    members: () => (members ??= membersOf(fs, procRoot, actuator.controller, cgroup)),
    raw: () => (raw ??= stateOf(fs, target, lease, leases)),
  };
}

/** Under another change of ours a knob cannot be read: it then counts as what that change will put back. */
function stateOf(fs: CgroupFs, target: Target, lease: Lease | undefined, leases: Leases): Result<string> {
  const state = target.actuator.read(fs, target.cgroup);
  const hidden = state.ok && lease !== undefined ? hiddenState(fs, lease, leases, state.value) : undefined;
  return hidden === undefined ? state : ok(hidden);
}

/** State of a lease's knob below a later change of ours on the same group, where that hides it; else undefined. */
export function hiddenState(fs: CgroupFs, lease: Lease, leases: Leases, raw: string): string | undefined {
  const cover = leases.coverOf(lease);
  const isHidden = cover !== undefined && ACTUATORS[lease.kind].value(fs, raw) === undefined;
  return isHidden ? weightUnder(cover.baseline) : undefined;
}
