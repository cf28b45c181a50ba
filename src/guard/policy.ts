import type { RevertCause } from "../core/action.ts";
import { specWith } from "../core/plugin-knobs.ts";
import type { ErrorCode } from "../core/errors.ts";
import { actuatorOf } from "./actuators/actuators.ts";
import { checkBounds } from "./bounds.ts";
import { type Bench, notProtected } from "./checks.ts";
import type { Lease } from "./leases.ts";
import type { Policies } from "./policies.ts";
import { mayStay } from "./ruling.ts";
import { checkReach, reachOf } from "./reach.ts";

/** Whether a change in force may stay under the configuration of `bench`. */
export function isStillAllowed(lease: Lease, bench: Bench, policies: Policies, wallMs: number): boolean {
  const { kind, cgroup, inode, value } = lease;
  const spec = specWith(bench.knobs, kind);
  if (spec === undefined) return false;
  const actuator = actuatorOf(kind);
  const target = { kind, spec, actuator, cgroup, inode };
  return (
    mayStay(lease, policies, wallMs) &&
    checkReach(bench.config, target).ok &&
    checkBounds(bench.config, kind, value, spec).ok &&
    notProtected({ target, members: () => reachOf(bench.fs, bench.procRoot, target) }, bench).ok
  );
}

/** Codes of refusals that end the change which was to be renewed, with what is then said to have ended it. */
export const ENDS: Partial<Record<ErrorCode, RevertCause>> = {
  "SW-GUARD-POLICY": "policy",
  "SW-POLICY-CONDITION": "policy",
  "SW-GUARD-SCOPE": "policy",
  "SW-GUARD-PROTECTED": "policy",
  "SW-GUARD-YIELD": "yield",
};
