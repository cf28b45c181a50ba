import { constants, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { failed, ok, type Result } from "../../core/errors.ts";
import { type JournalFiles, journalPath, nodeFiles, writeFailure, writeWhole } from "./files.ts";
import { type Head, writeHead } from "./head.ts";
import { acquireLock, type FolderLock, type LockOwner, selfOwner } from "./lock.ts";
import { encodeLine, type JournalRecord, type RecordBodies, type RecordType } from "./record.ts";
import { scanJournal, type Verified } from "./scan.ts";

export interface JournalOptions {
  readonly clock: Clock;
  readonly procRoot?: string;
  readonly files?: JournalFiles;
  readonly owner?: LockOwner;
}

const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
const SET_ASIDE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/**
 * Append-only, hash-chained record of what the layer changes (`journal.jsonl`, mode 0600, in a folder of
 * mode 0700). A record is on the disk when `append` returns; where it fails, nothing of it remains, and
 * the caller must not write the knob.
 */
export class Journal {
  readonly folder: string;
  private readonly clock: Clock;
  private readonly files: JournalFiles;
  private readonly lock: FolderLock;
  private readonly fd: number;
  private last: Head;
  private bytes: number;
  /** Whether the file may hold bytes after the last record, left by a write that failed. */
  private untidy = false;
  private closed = false;

  /** Use `openJournal`. */
  constructor(folder: string, options: JournalOptions, lock: FolderLock, fd: number, found: Verified) {
    this.folder = folder;
    this.clock = options.clock;
    this.files = options.files ?? nodeFiles;
    this.lock = lock;
    this.fd = fd;
    this.last = found.last;
    this.bytes = found.bytes;
  }

  /** Writes and syncs one record and moves the head. Gives its number. */
  append<T extends RecordType>(type: T, body: RecordBodies[T]): Result<number> {
    // The number of a closed file may be another's by now.
    if (this.closed) return failed("SW-JOURNAL-WRITE", `the journal in ${this.folder} was closed`);
    if (this.untidy) this.takeBack();
    if (this.untidy) return failed("SW-JOURNAL-WRITE", `an unfinished record in ${this.folder} cannot be cut off`);
    const seq = this.last.seq + 1;
    const { line, hash } = encodeLine({ seq, atMs: this.clock.wallMs(), type, body }, this.last.hash);
    const bytes = Buffer.from(`${line}\n`);
    try {
      writeWhole(this.files, this.fd, bytes);
      this.files.fsync(this.fd);
      writeHead(this.files, this.folder, { seq, hash });
    } catch (error) {
      this.takeBack();
      return writeFailure(`write the journal in ${this.folder}`, error);
    }
    this.last = { seq, hash };
    this.bytes += bytes.length;
    return ok(seq);
  }

  /** Every record, oldest first, read from the disk. */
  scan(onRecord: (record: JournalRecord) => void): Result<Verified> {
    return scanJournal(this.folder, onRecord);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.files.close(this.fd);
    this.lock.release();
  }

  /** After a failure: cuts what reached the file of the record that did not become one. */
  private takeBack(): void {
    try {
      this.files.truncate(this.fd, this.bytes);
      this.untidy = false;
    } catch {
      this.untidy = true;
    }
  }
}

/** Takes the folder over, verifies the chain, sets a torn last line aside. SW-STATE-BUSY where another process has it. */
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
  const found = scanJournal(folder);
  if (!found.ok) return found;
  const files = options.files ?? nodeFiles;
  let fd: number | undefined;
  try {
    fd = files.open(journalPath(folder), APPEND, 0o600);
    const setAside = found.value.torn === 0 ? undefined : setTornAside(files, folder, fd, found.value);
    const journal = new Journal(folder, options, lock, fd, found.value);
    const opened = journal.append("open", owner);
    const noted = opened.ok && setAside !== undefined ? journal.append("note", { says: setAside }) : opened;
    if (noted.ok) return ok(journal);
    files.close(fd);
    return noted;
  } catch (error) {
    if (fd !== undefined) files.close(fd);
    return writeFailure(`open the journal in ${folder}`, error);
  }
}

/** Moves the unfinished last line into a file of its own; gives the sentence that the chain will hold. */
function setTornAside(files: JournalFiles, folder: string, journalFd: number, found: Verified): string {
  const name = `torn-after-${found.last.seq}`;
  const bytes = readFileSync(journalPath(folder)).subarray(found.bytes);
  const fd = files.open(join(folder, name), SET_ASIDE, 0o600);
  try {
    writeWhole(files, fd, bytes);
    files.fsync(fd);
  } finally {
    files.close(fd);
  }
  files.truncate(journalFd, found.bytes);
  return `an unfinished line of ${bytes.length} bytes after record ${found.last.seq} was set aside as ${name}`;
}
