import type { ConditionFacts } from "../core/condition.ts";
import { failed, type Result } from "../core/errors.ts";
import type { Asked } from "./checks.ts";
import type { Lease } from "./leases.ts";
import type { Policies, Ruling } from "./policies.ts";

/** What the policies say of a proposal. A change in force that they do not allow any more must not be renewed: SW-GUARD-POLICY. */
export function ruleOn(
  policies: Policies,
  { target: { kind, cgroup }, value, lease }: Asked,
  wallMs: number,
  facts: () => ConditionFacts,
): Result<Ruling> {
  const ruling = policies.rule({ kind, cgroup, value, wallMs, facts });
  if (!ruling.ok || lease === undefined || isRuledIn(ruling.value, lease)) return ruling;
  const { mode, policies: names } = ruling.value;
  return failed("SW-GUARD-POLICY", `${kind} is in ${mode} mode now (${names.join(", ") || "by the general mode"})`);
}

/** Whether a change in force may stay: by its mode, or by the people who approved it. */
export function mayStay(lease: Lease, policies: Policies, wallMs: number): boolean {
  const { kind, cgroup, value, facts } = lease;
  const ruling = facts && policies.rule({ kind, cgroup, value, wallMs, facts });
  return ruling?.ok === true && isRuledIn(ruling.value, lease);
}

function isRuledIn({ mode }: Ruling, { approvedBy }: Lease): boolean {
  return mode === "enforce" || (mode === "advise" && approvedBy.length > 0);
}
