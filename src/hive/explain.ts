import type { Decision, Evidence, Proposal, Reverted } from "../core/action.ts";
import { specOf } from "../core/action.ts";
import { parseEntityKey } from "../core/entity.ts";
import type { LineageStep } from "../core/incident.ts";
import type { ExplainedChange, Explanation } from "../core/status.ts";
import { programName } from "../immune/programs/executable.ts";

export type Line = Explanation["lines"][number];

/** What the hive remembers of one applied change. */
export interface ChangeRecord {
  readonly atMs: number;
  readonly proposal: Proposal;
  readonly decision: Decision;
  readonly reverted?: Reverted & { readonly atMs: number };
}

/** what, why (evidence), from, to, until, undo: DESIGN, section 6, rule 8. */
export function explainChange(change: ChangeRecord, nowMs: number): Explanation {
  const { proposal, decision, reverted } = change;
  const lines = [
    { label: "what", text: `${decision.kind} of ${decision.cgroup}: ${specOf(decision.kind).says}` },
    { label: "why", text: proposal.reason },
    ...evidenceLines(proposal.evidence),
    { label: "asked by", text: `agent ${proposal.agent}, ${when(change.atMs)}` },
    { label: "from", text: decision.from },
    { label: "to", text: decision.to },
  ];
  if (proposal.incident !== undefined) lines.push({ label: "incident", text: proposal.incident });
  if (reverted !== undefined) {
    lines.push({ label: "undone", text: `${when(reverted.atMs)} (${reverted.cause}): ${reverted.says}` });
  } else if (isInForce(change)) {
    const left = Math.max(0, Math.round((decision.untilMs - nowMs) / 1000));
    lines.push({ label: "until", text: `${when(decision.untilMs)} (${left} s from now), unless renewed` });
    lines.push({ label: "undo", text: `swarms undo ${decision.action}` });
  } else if (isOnce(decision.kind)) {
    lines.push({ label: "until", text: "done once: nothing is held, so there is nothing to undo" });
  }
  return {
    id: decision.action,
    subject: "change",
    title: `${decision.kind} ${decision.from} → ${decision.to} on ${decision.cgroup}`,
    lines,
    change: fieldsOf(change),
  };
}

export function isInForce({ decision, reverted }: ChangeRecord): boolean {
  const isApplied = decision.outcome === "applied" || decision.outcome === "renewed";
  return reverted === undefined && isApplied && !isOnce(decision.kind);
}

export function isOnce(kind: Decision["kind"]): boolean {
  const { once } = specOf(kind);
  return once === true;
}

export function fieldsOf(change: ChangeRecord): ExplainedChange {
  const { atMs, proposal, decision, reverted } = change;
  const { action, kind, cgroup, outcome, from, to, untilMs } = decision;
  const { agent, reason, evidence, incident } = proposal;
  return {
    action,
    kind,
    cgroup,
    outcome,
    from,
    to,
    atMs,
    agent,
    reason,
    evidence,
    ...(incident !== undefined && { incident }),
    ...(isInForce(change) && { untilMs, undo: `swarms undo ${action}` }),
    ...(reverted && { undone: { atMs: reverted.atMs, cause: reverted.cause, says: reverted.says } }),
  };
}

/** Each once: what is told in the same words by the same agent says nothing new. */
export function evidenceLines(evidence: readonly Evidence[]): Line[] {
  const once = new Map<string, Evidence>();
  for (const item of evidence) {
    const name = [item.agent, item.kind, item.says].join("\n");
    const known = once.get(name);
    if (known === undefined || known.weight < item.weight) once.set(name, item);
  }
  return [...once.values()].map(({ kind, weight, agent, says }) => {
    // What was compared is evidence of its own kind: nothing is deposited for it.
    if (agent === "search") return { label: kind, text: says };
    const by = agent === kind ? "" : ` (${agent})`;
    return { label: "evidence", text: `${kind} +${weight.toFixed(2)}${by}: ${says}` };
  });
}

/** "node (4711) [/usr/bin/node]" */
export function stepName({ process, path, comm }: LineageStep): string {
  const entity = parseEntityKey(process);
  const pid = entity?.kind === "process" ? ` (${entity.pid})` : "";
  return `${programName(path, comm)}${pid}${path === "" ? "" : ` [${path}]`}`;
}

export function when(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}
