import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { errnoOf, ok, type Result } from "../../core/errors.ts";
import { Carry } from "./carry.ts";
import { type JournalFiles, nodeFiles, removeFile, writeFailure, writeFresh } from "./files.ts";
import { readHead } from "./head.ts";
import { openSigner, type Signer } from "./keys.ts";
import { acquireLock, type FolderLock, type LockOwner, selfOwner } from "./lock.ts";
import { scanRecent, type Verified } from "./scan.ts";
import { segmentPath } from "./segments.ts";
import { Journal, type JournalOptions } from "./segmented-journal.ts";
import { openSegment, Tail } from "./tail.ts";

export { Journal, type JournalOptions } from "./segmented-journal.ts";

/** Takes the folder over, verifies the newest segment, sets a torn last line aside. SW-STATE-BUSY where another process has it. */
export function openJournal(folder: string, options: JournalOptions): Result<Journal> {
  const owner = options.owner ?? selfOwner(options.procRoot);
  const lock = acquireLock(folder, owner, options.procRoot);
  if (!lock.ok) return lock;
  const journal = openLocked(folder, options, lock.value, owner);
  if (!journal.ok) lock.value.release();
  return journal;
}

/** As `openJournal`, for a caller that holds the folder's lock; the journal releases it when closed. */
export function openLocked(
  folder: string,
  options: JournalOptions,
  lock: FolderLock,
  owner: LockOwner,
): Result<Journal> {
  const remembered = remember(folder, options.clock);
  if (!remembered.ok) return remembered;
  const { found, carry, begun } = remembered.value;
  const files = options.files ?? nodeFiles;
  let fd: number | undefined;
  try {
    fd = openSegment(files, folder, found.segment);
    const remarks = found.torn === 0 ? [] : [setTornAside(files, folder, fd, found)];
    // Of a rotation that a crash ended before it took effect.
    removeFile(files, `${segmentPath(folder, found.segment + 1)}.new`);
    const { signer, remark } = signerOf(folder, files);
    const tail = new Tail({ folder, files, signer, sealsLater: options.later !== undefined }, fd, {
      ...found,
      begun,
      behind: isBehind(folder, found),
    });
    const journal = new Journal(folder, options, {
      lock,
      tail,
      carry,
      signer,
      begunMs: found.from || options.clock.wallMs(),
    });
    const opened = journal.append("open", { ...owner, ...(signer && { key: signer.fingerprint }) });
    let last: Result<number> = opened;
    for (const says of [...remarks, ...(remark === "" ? [] : [remark])])
      if (last.ok) last = journal.append("note", { says });
    if (last.ok) {
      journal.tidy();
      return ok(journal);
    }
    files.close(fd);
    return last;
  } catch (error) {
    if (fd !== undefined) files.close(fd);
    return writeFailure(`open the journal in ${folder}`, error);
  }
}

function isBehind(folder: string, { last }: Verified): boolean {
  const head = readHead(folder);
  return !head.ok || (head.value?.seq ?? 0) !== last.seq;
}

/** Wall-clock ages below this are not believed. */
const DOUBTED_MS = 48 * 3_600_000;

/** What the next segment would carry over, as the newest tells it. */
function remember(
  folder: string,
  clock: Clock,
): Result<{ readonly found: Verified; readonly carry: Carry; readonly begun: number }> {
  const carry = new Carry();
  const [wallMs, monoMs] = [clock.wallMs(), clock.monoMs()];
  let begun = 0;
  const found = scanRecent(folder, (record, { text, carried }) => {
    // Clocks jump: what may be recent counts as of now, so that nothing is forgotten too early.
    const ageMs = wallMs - record.atMs;
    carry.add(record, ageMs > DOUBTED_MS ? monoMs - ageMs : monoMs);
    if (!carried && (record.type === "segment" || record.type === "carried")) begun += Buffer.byteLength(text) + 1;
  });
  return found.ok ? ok({ found: found.value, carry, begun }) : found;
}

/** Without a key the journal goes on, and says that it is not signed. */
function signerOf(folder: string, files: JournalFiles): { signer: Signer | undefined; remark: string } {
  try {
    return openSigner(folder, files);
  } catch (error) {
    return {
      signer: undefined,
      remark: `the journal is not signed: its key cannot be used (${errnoOf(error) || "it is no key"})`,
    };
  }
}

/** Moves the unfinished last line into a file of its own; gives the sentence that the chain will hold. */
function setTornAside(files: JournalFiles, folder: string, journalFd: number, found: Verified): string {
  const name = `torn-after-${found.last.seq}`;
  const bytes = readFileSync(segmentPath(folder, found.segment)).subarray(found.bytes);
  writeFresh(files, join(folder, name), bytes);
  files.truncate(journalFd, found.bytes);
  return `an unfinished line of ${bytes.length} bytes after record ${found.last.seq} was set aside as ${name}`;
}
