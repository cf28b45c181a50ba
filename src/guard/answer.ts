import type { Decision, Outcome, Proposal } from "../core/action.ts";
import type { ErrorCode } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import type { Asked } from "./checks.ts";

/** What the guard says to a proposal that it does not refuse. `leaseMs`: for how long. */
export function answerTo(
  proposal: Proposal,
  asked: Asked,
  {
    fs,
    wallMs,
    outcome,
    action = "",
    leaseMs,
  }: {
    readonly fs: CgroupFs;
    readonly wallMs: number;
    readonly outcome: Outcome;
    readonly action?: string;
    readonly leaseMs: number;
  },
): Decision {
  const { actuator, kind, cgroup, spec } = asked.target;
  const before = asked.raw();
  const from = before.ok ? actuator.describe(fs, before.value) : "";
  const to = asked.to;
  const says = `${kind} of ${printable(cgroup)} from ${from} to ${to} ${spec.once === true ? "once" : `for ${Math.round(leaseMs / 100) / 10} s`}`;
  const untilMs = spec.once === true ? 0 : wallMs + leaseMs;
  return { proposal: proposal.id, action, outcome, kind, cgroup, from, to, untilMs, code: "", says };
}

export function refusalOf(
  { id, kind }: Proposal,
  cgroup: string,
  { code, says }: { readonly code: ErrorCode; readonly says: string },
): Decision {
  return { proposal: id, action: "", outcome: "refused", kind, cgroup, from: "", to: "", untilMs: 0, code, says };
}
