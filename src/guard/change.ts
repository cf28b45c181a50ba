import { type ActionKind, isActionKind, specOf } from "../core/action.ts";
import type { IntentBody, JournalRecord, RevertBody } from "./journal/record.ts";
import { actionId } from "./journal/record.ts";

/** What must be known of a change to take it back. */
export interface Change {
  readonly action: string;
  readonly seq: number;
  readonly kind: ActionKind;
  readonly cgroup: string;
  readonly inode: number;
  readonly setting: string;
  readonly before: string;
  /** Raw state that a revert writes. */
  baseline: string;
  /** Raw state read back after the write; undefined where the journal holds no result. */
  readonly written: string | undefined;
}

/** The later change on the same group while which this kind's knob cannot be read or written. */
export const COVERED_BY: Partial<Record<ActionKind, ActionKind>> = { "cpu.weight": "cpu.idle" };

export function changeOf(seq: number, body: IntentBody): Change {
  const { kind, cgroup, inode, setting, before, baseline } = body;
  return { action: actionId(seq), seq, kind, cgroup, inode, setting, before, baseline, written: undefined };
}

/** Folds records into the changes that were begun and not taken back. */
export class OpenChanges {
  private readonly changes = new Map<string, Change>();
  private bootId = "";

  add(record: JournalRecord): void {
    switch (record.type) {
      case "open":
        // Knobs do not survive a restart of the kernel, so neither do changes.
        if (record.body.bootId !== this.bootId) this.changes.clear();
        this.bootId = record.body.bootId;
        break;
      case "intent":
        // The newer one carries the baseline of the one it replaces.
        if (record.body.replaces !== undefined) this.changes.delete(record.body.replaces);
        if (isKnown(record.body)) this.changes.set(actionId(record.seq), changeOf(record.seq, record.body));
        break;
      case "result":
        this.settle(record.body.action, record.body.ok, record.body.raw, record.body.putBack);
        break;
      case "revert":
        this.revert(record.body);
        break;
      default:
    }
  }

  newestFirst(bootId: string): Change[] {
    return bootId === this.bootId ? [...this.changes.values()].sort((a, b) => b.seq - a.seq) : [];
  }

  private settle(action: string, ok: boolean, raw: string, putBack: boolean): void {
    const change = this.changes.get(action);
    if (change === undefined) return;
    const { once } = specOf(change.kind);
    if (ok && once === true) this.changes.delete(action);
    else if (ok) this.changes.set(action, { ...change, written: raw });
    else if (putBack) this.changes.delete(action);
  }

  private revert(body: RevertBody): void {
    this.changes.delete(body.action);
    const cover = body.rebase && this.changes.get(body.rebase.action);
    if (cover !== undefined && body.rebase !== undefined) cover.baseline = body.rebase.baseline;
  }
}

/** A journal of a later version may hold kinds that this one cannot take back; they must not keep it from the rest. */
function isKnown({ kind, cgroup, setting, before, baseline }: IntentBody): boolean {
  return isActionKind(kind) && [cgroup, setting, before, baseline].every((text) => typeof text === "string");
}
