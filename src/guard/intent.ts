import type { Evidence, Proposal } from "../core/action.ts";
import { printable } from "../core/printable.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import type { Asked } from "./checks.ts";
import type { IntentBody } from "./journal/record.ts";

/** The journal keeps the first evidence, cut short: enough to explain, too little to fill a disk. */
const EVIDENCE_KEPT = 8;
const NUMBERS_KEPT = 8;

/** What the journal holds before a write: everything needed to explain it and to take it back. */
export function intentOf(
  fs: CgroupFs,
  proposal: Proposal,
  { target, setting, lease, to }: Asked,
  before: string,
  { leaseMs, processes }: { readonly leaseMs: number; readonly processes: number },
): IntentBody {
  const { kind, cgroup, inode, actuator } = target;
  return {
    kind,
    cgroup,
    inode,
    from: actuator.describe(fs, before),
    to,
    setting,
    before,
    baseline: lease === undefined ? before : (actuator.rebase?.(lease.baseline, before) ?? lease.baseline),
    ...(lease !== undefined && { replaces: lease.action }),
    leaseMs,
    processes,
    agent: printable(proposal.agent, 64),
    reason: printable(proposal.reason, 512),
    evidence: proposal.evidence.slice(0, EVIDENCE_KEPT).map(shortEvidence),
    ...(proposal.incident !== undefined && { incident: printable(proposal.incident, 64) }),
  };
}

function shortEvidence(evidence: Evidence): Evidence {
  const numbers = Object.entries(evidence.numbers).slice(0, NUMBERS_KEPT);
  return {
    atMs: evidence.atMs,
    weight: evidence.weight,
    agent: printable(evidence.agent, 64),
    kind: printable(evidence.kind, 64),
    entity: printable(evidence.entity, 128),
    says: printable(evidence.says, 256),
    numbers: Object.fromEntries(numbers.map(([name, value]) => [printable(name, 32), value])),
  };
}
