import {
  closeSync,
  constants,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { errnoOf, failed, type Result } from "../../core/errors.ts";

/** The file operations that can fail under the journal, narrow enough to make each of them fail in a test. */
export interface JournalFiles {
  open(path: string, flags: number, mode: number): number;
  /** At the end of the file, or at byte `at` where the descriptor was not opened to append. */
  write(fd: number, bytes: Uint8Array, at?: number): number;
  /** "data": fdatasync(2), the bytes and the length that they need to be read again, which costs a third less than all. */
  fsync(fd: number, what?: "data"): void;
  truncate(fd: number, size: number): void;
  rename(from: string, to: string): void;
  close(fd: number): void;
  /** unlink(2); node's where left out. */
  unlink?(path: string): void;
}

export const nodeFiles: JournalFiles = {
  open: openSync,
  write: (fd, bytes, at) => (at === undefined ? writeSync(fd, bytes) : writeSync(fd, bytes, 0, bytes.length, at)),
  fsync: (fd, what) => (what === "data" ? fdatasyncSync(fd) : fsyncSync(fd)),
  truncate: ftruncateSync,
  rename: renameSync,
  close: closeSync,
  unlink: unlinkSync,
};

/** Of the first segment; the others are numbered: see segments.ts. */
export const journalPath = (folder: string): string => join(folder, "journal.jsonl");
export const headPath = (folder: string): string => join(folder, "head");

const FRESH = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/** write(2) may write less than asked. */
export function writeWhole(files: JournalFiles, fd: number, bytes: Uint8Array, from?: number): void {
  for (let at = 0; at < bytes.length;)
    at += from === undefined ? files.write(fd, bytes.subarray(at)) : files.write(fd, bytes.subarray(at), from + at);
}

/** Writes a whole file and syncs it; what was there before under that name is gone. Throws system errors. */
export function writeFresh(files: JournalFiles, path: string, bytes: Uint8Array, mode = 0o600): void {
  const fd = files.open(path, FRESH, mode);
  try {
    writeWhole(files, fd, bytes);
    files.fsync(fd);
  } finally {
    files.close(fd);
  }
}

/** As `writeFresh`, but a reader, or a crash, meets the old file or the new one, never half of it. */
export function replaceFile(files: JournalFiles, path: string, bytes: Uint8Array, mode = 0o600): void {
  writeFresh(files, `${path}.new`, bytes, mode);
  files.rename(`${path}.new`, path);
}

/** Makes names that were made, changed or removed in a folder outlast a power cut (fsync(2)). */
export function syncFolder(files: JournalFiles, folder: string): void {
  const fd = files.open(folder, constants.O_RDONLY | constants.O_DIRECTORY, 0);
  try {
    files.fsync(fd);
  } finally {
    files.close(fd);
  }
}

export function removeFile(files: JournalFiles, path: string): void {
  try {
    if (files.unlink === undefined) unlinkSync(path);
    else files.unlink(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

/** A full disk is told apart: its remedy is another. */
export function writeFailure(what: string, error: unknown): Result<never> {
  const errno = errnoOf(error);
  const full = errno === "ENOSPC" || errno === "EDQUOT";
  return failed(full ? "SW-STATE-FULL" : "SW-JOURNAL-WRITE", `cannot ${what}: ${errno || String(error)}`);
}
