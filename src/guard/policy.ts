import { ACTIONS } from "../core/action.ts";
import { ACTUATORS } from "./actuators/actuators.ts";
import { checkBounds } from "./bounds.ts";
import { type Bench, notProtected } from "./checks.ts";
import type { Lease } from "./leases.ts";
import { membersOf } from "./members.ts";
import type { Policies } from "./policies.ts";
import { checkScope } from "./scope.ts";

/** Whether a change in force may stay under the configuration of `bench`. */
export function isStillAllowed(lease: Lease, bench: Bench, policies: Policies, wallMs: number): boolean {
  const { kind, cgroup, inode, value } = lease;
  const spec = ACTIONS[kind];
  const actuator = ACTUATORS[kind];
  const target = { kind, spec, actuator, cgroup, inode };
  return (
    isRuledIn(lease, policies, wallMs) &&
    checkScope(bench.config, cgroup).ok &&
    checkBounds(bench.config, kind, value).ok &&
    notProtected({ target, members: () => membersOf(bench.fs, bench.procRoot, actuator.controller, cgroup) }, bench).ok
  );
}

/** By its mode, or by the people who approved it. */
function isRuledIn({ kind, cgroup, value, facts, approvedBy }: Lease, policies: Policies, wallMs: number): boolean {
  if (facts === undefined) return false;
  const ruling = policies.rule({ kind, cgroup, value, wallMs, facts });
  if (!ruling.ok) return false;
  return ruling.value.mode === "enforce" || (ruling.value.mode === "advise" && approvedBy.length > 0);
}
