import { knownSpec } from "../core/action.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { Explanation } from "../core/status.ts";
import { actionId, type IntentBody, type ResultBody, type RevertBody } from "./journal/record.ts";
import { scanFrom } from "./journal/scan.ts";

/** One change from its intent to its end, as the journal tells it. Times are CLOCK_REALTIME milliseconds. */
export interface ChangeStory {
  readonly action: string;
  readonly atMs: number;
  readonly intent: IntentBody;
  readonly result?: ResultBody;
  readonly reverted?: RevertBody & { readonly atMs: number };
  /** The change of the same knob that took over. */
  readonly replacedBy?: string;
}

/** SW-NOT-FOUND; SW-JOURNAL-DAMAGED where the journal cannot be trusted. Needs no running layer. */
export function readChange(folder: string, action: string): Result<ChangeStory> {
  let story: ChangeStory | undefined;
  // The number of a change is that of its first record, and nothing before it tells of it.
  const seq = Number(/^c-(\d{1,15})$/.exec(action)?.[1] ?? 1);
  const scanned = scanFrom(folder, seq, (record) => {
    if (record.type === "intent" && actionId(record.seq) === action)
      story = { action, atMs: record.atMs, intent: record.body };
    if (story === undefined) return;
    if (record.type === "intent" && record.body.replaces === action)
      story = { ...story, replacedBy: actionId(record.seq) };
    if (record.type === "result" && record.body.action === action) story = { ...story, result: record.body };
    if (record.type === "revert" && record.body.action === action)
      story = { ...story, reverted: { ...record.body, atMs: record.atMs } };
  });
  if (!scanned.ok) return scanned;
  return story === undefined ? failed("SW-NOT-FOUND", `the journal holds no change ${printable(action)}`) : ok(story);
}

/** What, why, from, to, until, undo: DESIGN section 6, rule 8. */
export function explainChange(story: ChangeStory): Explanation {
  const { action, atMs, intent } = story;
  const lines = [
    { label: "what", text: `${intent.kind} of ${printable(intent.cgroup)}, asked for by ${intent.agent}` },
    { label: "why", text: intent.reason },
    ...intent.evidence.map((each) => ({
      label: "evidence",
      text: `${each.says} (${each.kind}, weight ${each.weight})`,
    })),
    ...(intent.incident === undefined ? [] : [{ label: "incident", text: intent.incident }]),
    { label: "from", text: intent.from },
    { label: "to", text: intent.to },
    { label: "since", text: new Date(atMs).toISOString() },
    { label: "until", text: untilOf(story) },
    { label: "undo", text: isOver(story) ? "nothing to undo" : `swarms undo ${action}` },
  ];
  return { id: action, subject: "change", title: `${action}: ${intent.kind} ${intent.from} → ${intent.to}`, lines };
}

function isOnce({ kind }: IntentBody): boolean {
  // A journal of a later version may hold kinds that this one does not know.
  const spec = knownSpec(kind);
  return spec?.once === true;
}

function isOver({ intent, result, reverted, replacedBy }: ChangeStory): boolean {
  return isOnce(intent) || reverted !== undefined || replacedBy !== undefined || result?.ok === false;
}

function untilOf({ atMs, intent, result, reverted, replacedBy }: ChangeStory): string {
  if (reverted !== undefined) {
    const by = reverted.by === "" ? "" : ` by ${reverted.by}`;
    return `${new Date(reverted.atMs).toISOString()} (${reverted.cause}${by}): ${reverted.says}`;
  }
  if (replacedBy !== undefined) return `${replacedBy} took over`;
  if (result?.ok === false) return `it failed (${result.code}): ${result.says}`;
  if (isOnce(intent)) return `done once: ${result?.says || "nothing is held"}`;
  return `${new Date(atMs + intent.leaseMs).toISOString()}, unless renewed`;
}
