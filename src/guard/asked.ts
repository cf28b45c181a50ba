import { ok, type Result } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { ACTUATORS } from "./actuators/actuators.ts";
import type { Asked } from "./checks.ts";
import type { Lease, Leases } from "./leases.ts";
import { type Members, membersOf } from "./members.ts";
import type { Target } from "./target.ts";

/** Puts together what the checks look at; the kernel is read when a check first asks, and once only. */
export function askedOf(fs: CgroupFs, target: Target, value: number, leases: Leases): Asked {
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
    members: () => (members ??= membersOf(fs, actuator.controller, cgroup)),
    raw: () => (raw ??= stateOf(fs, target, lease, leases)),
  };
}

/** Under another change of ours a knob cannot be read: it then counts as what was last written. */
function stateOf(fs: CgroupFs, target: Target, lease: Lease | undefined, leases: Leases): Result<string> {
  const state = target.actuator.read(fs, target.cgroup);
  return state.ok && lease?.written !== undefined && isHidden(fs, lease, leases, state.value)
    ? ok(lease.written)
    : state;
}

/** Whether a later change of ours on the same group hides this one's knob. */
export function isHidden(fs: CgroupFs, lease: Lease, leases: Leases, raw: string): boolean {
  return leases.coverOf(lease) !== undefined && ACTUATORS[lease.kind].value(fs, raw) === undefined;
}
