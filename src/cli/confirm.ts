import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { StatePaths } from "../core/state-paths.ts";
import { type Change, OpenChanges } from "../guard/change.ts";
import { selfOwner } from "../guard/journal/lock.ts";
import { scanRecent } from "../guard/journal/scan.ts";
import { readChange } from "../guard/story.ts";
import { wardenWords } from "./warden-note.ts";

/**
 * The unprivileged half answers `undo` and `restore`, and may have been taken over. What was really done stands
 * in the journal, which only the warden and root can write.
 */
export function confirmUndone({ journal, note }: StatePaths, action: string): Result<void> {
  const story = readChange(journal, action);
  if (!story.ok && story.code !== "SW-NOT-FOUND") return story;
  if (!story.ok) return notConfirmed(`the layer says that it took ${action} back, but ${story.says}`, note);
  const { reverted, result } = story.value;
  if (reverted !== undefined || result?.putBack === true) return ok(undefined);
  return notConfirmed(`the layer says that it took ${action} back, but the journal holds no revert of it`, note);
}

/** What the journal holds open now; none where there never was a journal. */
export function openChanges(folder: string): Result<readonly Change[]> {
  const open = new OpenChanges();
  const scanned = scanRecent(folder, (record) => open.add(record));
  return scanned.ok ? ok(open.newestFirst(selfOwner().bootId)) : scanned;
}

/** Nothing that was open before may be open still, nor its knob be held by a change that took over. */
export function confirmRestored({ journal, note }: StatePaths, before: readonly Change[]): Result<void> {
  const now = openChanges(journal);
  if (!now.ok) return now;
  const knobs = new Set(before.map(knobOf));
  const left = now.value.filter((change) => knobs.has(knobOf(change)));
  if (left.length === 0) return ok(undefined);
  const names = left.map(({ action, kind, cgroup }) => `${action} (${kind} of ${printable(cgroup)})`);
  return notConfirmed(`the layer says that everything is back, but the journal holds open ${names.join(", ")}`, note);
}

function knobOf({ kind, cgroup, inode }: Change): string {
  return `${kind} ${inode} ${cgroup}`;
}

function notConfirmed(says: string, note: string): Result<never> {
  return failed("SW-NOT-CONFIRMED", `${says}; ${wardenWords(note)}`);
}
