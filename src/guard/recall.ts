import { ACTIONS, type ActionSpec } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import { ok, type Result } from "../core/errors.ts";
import { knobKey } from "./checks.ts";
import { type ContainmentBudget, subjectOf } from "./containment-budget.ts";
import type { Holds } from "./holds.ts";
import type { Journal } from "./journal/journal.ts";
import { actionId, type IntentBody } from "./journal/record.ts";

/**
 * What must outlive a restart, else ending the warden would be a way around it: what a person undid, and
 * what the hour's containment budget was spent on. The journal's wall-clock times are made monotonic;
 * one in the future (the clock was set back) counts as now. Kinds that only a later version knows are passed
 * over. Where the journal cannot be read whole, nothing may rest on what was recalled.
 */
export function recall(
  journal: Journal,
  clock: Clock,
  into: {
    readonly vetoes: Holds;
    readonly budget: ContainmentBudget;
    readonly kills: ContainmentBudget;
    readonly respectMs: number;
  },
): Result<void> {
  const [wallMs, monoMs] = [clock.wallMs(), clock.monoMs()];
  const monoOf = (atMs: number): number => monoMs - Math.max(0, wallMs - atMs);
  const open = new Map<string, IntentBody>();
  const scanned = journal.scan((record) => {
    if (record.type === "intent") {
      const { kind, cgroup, setting, processes, replaces } = record.body;
      open.set(actionId(record.seq), record.body);
      if (replaces !== undefined) open.delete(replaces);
      const spec: ActionSpec | undefined = Object.hasOwn(ACTIONS, kind) ? ACTIONS[kind] : undefined;
      if (spec?.containment !== true) return;
      const atMs = monoOf(record.atMs);
      const contained = { atMs, cgroup: subjectOf(spec, cgroup, setting, atMs), processes };
      into.budget.count(contained);
      if (spec.once === true) into.kills.count(contained);
    } else if (record.type === "revert") {
      const { action, cause } = record.body;
      const intent = open.get(action);
      open.delete(action);
      if (intent !== undefined && (cause === "undo" || cause === "restore"))
        into.vetoes.hold(knobKey(intent), monoOf(record.atMs) + into.respectMs, monoMs);
    }
  });
  return scanned.ok ? ok(undefined) : scanned;
}
