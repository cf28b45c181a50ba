import { knownSpec } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import { ok, type Result } from "../core/errors.ts";
import { OpenChanges } from "./change.ts";
import { knobKey } from "./checks.ts";
import { type ContainmentBudget, subjectOf } from "./containment-budget.ts";
import { isHeld } from "./held-limit.ts";
import type { HeldTimes } from "./held-times.ts";
import type { Holds } from "./holds.ts";
import type { Journal } from "./journal/journal.ts";
import { type Lease, newLease } from "./leases.ts";
import { actionId, type IntentBody, type JournalRecord, type RevertBody } from "./journal/record.ts";

interface Into {
  readonly vetoes: Holds;
  readonly budget: ContainmentBudget;
  readonly kills: ContainmentBudget;
  readonly held: HeldTimes;
  readonly respectMs: number;
  /** Given what an earlier run changed, and nobody could take back so far. */
  adopt(lease: Lease): void;
}

interface Past {
  readonly record: Extract<JournalRecord, { readonly type: "open" | "intent" | "result" | "revert" }>;
  /** The kernel's run in which it was made. */
  readonly bootId: string;
}

/**
 * What must outlive a restart, else ending the warden would be a way around it: what a person undid, what the hour's
 * containment budget was spent on, how long something was contained, and what is still to be put back. Kinds that only a later version knows are
 * passed over. Where the journal cannot be read whole, nothing may rest on what was recalled.
 */
export function recall(journal: Journal, clock: Clock, into: Into): Result<void> {
  const past: Past[] = [];
  let bootId = "";
  const changes = new OpenChanges();
  const scanned = journal.scan((record) => {
    changes.add(record);
    if (record.type === "open") bootId = record.body.bootId;
    if (isOfHolding(record)) past.push({ record, bootId });
  });
  if (!scanned.ok) return scanned;
  const times = { wallMs: clock.wallMs(), monoMs: clock.monoMs() };
  const open = new Map<string, IntentBody>();
  const begunMs = new Map<string, number>();
  let before = "";
  for (const { record, bootId: its } of past) {
    if (record.type === "open") {
      // Gone with an earlier run of the kernel: nobody noted when, and no lease of it is known but the first.
      if (its !== before)
        for (const [action, body] of open)
          putBack(action, Math.min(times.monoMs, (begunMs.get(action) ?? times.monoMs) + body.leaseMs), open, into);
      before = its;
      continue;
    }
    if (record.type === "result") {
      putBack(record.body.action, begunMs.get(record.body.action) ?? times.monoMs, open, into);
      continue;
    }
    const atMs = monoOf(record, its === bootId, times);
    if (record.type === "revert") ended(record.body, atMs, open, into, times.monoMs);
    else {
      if (record.body.replaces !== undefined) open.delete(record.body.replaces);
      open.set(actionId(record.seq), record.body);
      begunMs.set(actionId(record.seq), atMs);
      intended(record.body, atMs, into);
    }
  }
  for (const change of changes.newestFirst(bootId)) {
    const body = open.get(change.action);
    if (body === undefined) continue;
    const lease = newLease(change.seq, body, Number.NaN, times.wallMs);
    into.adopt({ ...lease, ...change, untilMs: times.monoMs, owed: { cause: "recovery", by: "" } });
  }
  return ok(undefined);
}

function isOfHolding(record: JournalRecord): record is Past["record"] {
  const { type } = record;
  return type === "open" || type === "intent" || type === "revert" || (type === "result" && record.body.putBack);
}

/** What nobody reverted: a write that failed and left its knob as before, or one that an earlier run of the kernel took with it. */
function putBack(action: string, atMs: number, open: Map<string, IntentBody>, into: Into): void {
  const intent = open.get(action);
  open.delete(action);
  if (intent !== undefined) into.held.end(intent, atMs);
}

function intended({ kind, cgroup, setting, processes }: IntentBody, atMs: number, into: Into): void {
  const spec = knownSpec(kind);
  if (spec?.containment !== true) return;
  const contained = { atMs, cgroup: subjectOf(spec, cgroup, setting, atMs), processes };
  into.budget.count(contained);
  if (spec.once === true) into.kills.count(contained);
  if (isHeld(kind)) into.held.begin({ kind, cgroup }, atMs);
}

function ended(
  { action, cause }: RevertBody,
  atMs: number,
  open: Map<string, IntentBody>,
  into: Into,
  nowMs: number,
): void {
  const intent = open.get(action);
  open.delete(action);
  if (intent === undefined) return;
  into.held.end(intent, atMs);
  if (cause === "undo" || cause === "restore") into.vetoes.hold(knobKey(intent), atMs + into.respectMs, nowMs);
}

/**
 * When it was, in monotonic milliseconds. In this run of the kernel that was noted. Of an earlier one only the wall clock
 * tells, and that may have been set since: what seems to lie in the future was before this run began, so that
 * it neither is forgotten too early nor counts for as long as the clock was wrong. Records of an earlier version
 * have no note: what seems to lie in the future counts as now.
 */
function monoOf(
  { atMs, body }: Extract<JournalRecord, { readonly type: "intent" | "revert" }>,
  sameRun: boolean,
  { wallMs, monoMs }: { readonly wallMs: number; readonly monoMs: number },
): number {
  if (sameRun && body.monoMs !== undefined) return Math.min(body.monoMs, monoMs);
  const ageMs = wallMs - atMs;
  if (ageMs < 0 && !sameRun) return Math.min(0, monoMs);
  return monoMs - Math.max(0, ageMs);
}
