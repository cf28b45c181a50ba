import type { Config } from "../core/config.ts";
import { ok, type Result } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { actuatorOf } from "./actuators/actuators.ts";
import { weightUnder } from "./actuators/cpu-idle.ts";
import type { Asked } from "./checks.ts";
import type { Lease, Leases } from "./leases.ts";
import type { Members } from "./members.ts";
import { reachOf } from "./reach.ts";
import type { Target } from "./target.ts";

interface AskedWorld {
  readonly fs: CgroupFs;
  readonly procRoot: string;
  readonly config: Config;
}

/** Puts together what the checks look at; the kernel is read when a check first asks, and once only. */
export function askedOf(world: AskedWorld, target: Target, value: number, leases: Leases): Asked {
  const { fs, procRoot } = world;
  const { kind, cgroup, actuator } = target;
  const lease = leases.find(kind, cgroup);
  let prepared: Result<string> | undefined;
  let members: Result<Members> | undefined;
  let raw: Result<string> | undefined;
  const prepare = (): Result<string> =>
    (prepared ??=
      actuator.prepare?.(fs, value, {
        ...target,
        config: world.config,
        ...(lease !== undefined && { held: lease.setting }),
      }) ?? ok(actuator.encode(fs, value)));
  return {
    target,
    value,
    prepared: prepare,
    get setting() {
      const found = prepare();
      return found.ok ? found.value : "";
    },
    get to() {
      const found = prepare();
      return found.ok ? actuator.describe(fs, found.value) : "";
    },
    lease,
    members: () => (members ??= reachOf(fs, procRoot, target)),
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
  const isHidden = cover !== undefined && actuatorOf(lease.kind).value(fs, raw) === undefined;
  return isHidden ? weightUnder(cover.baseline) : undefined;
}
