import { existsSync } from "node:fs";
import type { RevertCause, Reverted } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { type Change, COVERED_BY, OpenChanges } from "./change.ts";
import type { JournalFiles } from "./journal/files.ts";
import { openLocked } from "./journal/journal.ts";
import { acquireLock, type LockOwner, selfOwner } from "./journal/lock.ts";
import { scanRecent } from "./journal/scan.ts";
import { revertKnob } from "./revert-knob.ts";

export interface RestoreOptions {
  readonly folder: string;
  readonly fs: CgroupFs;
  readonly clock: Clock;
  readonly cause: RevertCause;
  readonly procRoot?: string;
  readonly files?: JournalFiles;
  readonly owner?: LockOwner;
}

export interface Restored {
  readonly reverted: readonly Reverted[];
  /** Changes whose knob refused: another try may succeed. */
  readonly unfinished: number;
}

/**
 * Takes back, newest first, every change that the journal holds and no running instance owns: where the knob
 * still holds what the layer wrote, or its intent has no result. Knobs come first and the records after, so
 * that a full disk keeps nothing frozen; repeating it is harmless. A damaged journal is used as far as it
 * reads, reported by SW-JOURNAL-DAMAGED, and not written. SW-STATE-BUSY where an instance runs.
 */
export function restoreFromJournal(options: RestoreOptions): Result<Reverted[]> {
  let restored = restoreChanges(options);
  // A start right after a crash meets the sentinel at the same work, for milliseconds.
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (let again = 0; again < 10 && !restored.ok && restored.code === "SW-STATE-BUSY"; again++) {
    Atomics.wait(nobody, 0, 0, 50);
    restored = restoreChanges(options);
  }
  return restored.ok ? ok([...restored.value.reverted]) : restored;
}

export function restoreChanges(options: RestoreOptions): Result<Restored> {
  // Where there never was a journal there is nothing to restore, and nothing is made.
  if (!existsSync(options.folder)) return ok({ reverted: [], unfinished: 0 });
  const owner = options.owner ?? selfOwner(options.procRoot);
  const lock = acquireLock(options.folder, owner, options.procRoot);
  // A folder that cannot be written holds a journal that can be read: better restored than guarded.
  if (!lock.ok && lock.code === "SW-STATE-BUSY") return lock;
  try {
    const open = new OpenChanges();
    const found = scanRecent(options.folder, (record) => open.add(record));
    const done = revertEach(options, open.newestFirst(owner.bootId));
    const reverted = done.map((each) => each.reverted);
    if (!found.ok) return failed(found.code, [found.says, ...reverted.map((each) => each.says)].join("; "));
    const settled = done.filter((each) => each.settled);
    const unfinished = done.length - settled.length;
    if (settled.length === 0) return ok({ reverted, unfinished });
    const journal = lock.ok ? openLocked(options.folder, options, lock.value, owner) : lock;
    if (!journal.ok) return ok({ reverted: reverted.map((each) => unrecorded(each, journal.says)), unfinished });
    for (const { raw, reverted } of settled) journal.value.append("revert", { ...reverted, raw, by: "", renewals: 0 });
    journal.value.close();
    return ok({ reverted, unfinished });
  } finally {
    if (lock.ok) lock.value.release();
  }
}

interface Done {
  readonly reverted: Reverted;
  readonly raw: string;
  readonly settled: boolean;
}

/** What lies under a change that would not go back cannot be seen, so it is not taken for somebody else's: it waits too. */
function revertEach(options: RestoreOptions, newestFirst: readonly Change[]): Done[] {
  const failed: Change[] = [];
  return newestFirst.map((change) => {
    const cover = failed.find(({ kind, inode }) => kind === COVERED_BY[change.kind] && inode === change.inode);
    const done = cover === undefined ? revertOne(options, change) : waitsFor(options, change, cover);
    if (!done.settled) failed.push(change);
    return done;
  });
}

function waitsFor({ cause }: RestoreOptions, { action, kind, cgroup }: Change, cover: Change): Done {
  const says = `${kind} of ${printable(cgroup)} lies under ${cover.kind}, which did not go back yet`;
  return { reverted: { action, cause, written: false, says }, raw: "", settled: false };
}

function revertOne({ fs, cause }: RestoreOptions, change: Change): Done {
  const { outcome, raw, says } = revertKnob(fs, change);
  const reverted = { action: change.action, cause, written: outcome === "written", says };
  return { reverted, raw, settled: outcome !== "failed" };
}

function unrecorded(reverted: Reverted, why: string): Reverted {
  return { ...reverted, says: `${reverted.says} (not recorded: ${why})` };
}
