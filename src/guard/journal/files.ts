import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, failed, type Result } from "../../core/errors.ts";

/** The file operations that can fail under the journal, narrow enough to make each of them fail in a test. */
export interface JournalFiles {
  open(path: string, flags: number, mode: number): number;
  write(fd: number, bytes: Uint8Array): number;
  fsync(fd: number): void;
  truncate(fd: number, size: number): void;
  rename(from: string, to: string): void;
  close(fd: number): void;
}

export const nodeFiles: JournalFiles = {
  open: openSync,
  write: (fd, bytes) => writeSync(fd, bytes),
  fsync: fsyncSync,
  truncate: ftruncateSync,
  rename: renameSync,
  close: closeSync,
};

export const journalPath = (folder: string): string => join(folder, "journal.jsonl");
export const headPath = (folder: string): string => join(folder, "head");

/** write(2) may write less than asked. */
export function writeWhole(files: JournalFiles, fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += files.write(fd, bytes.subarray(at));
}

/** A full disk is told apart: its remedy is another. */
export function writeFailure(what: string, error: unknown): Result<never> {
  const errno = errnoOf(error);
  const full = errno === "ENOSPC" || errno === "EDQUOT";
  return failed(full ? "SW-STATE-FULL" : "SW-JOURNAL-WRITE", `cannot ${what}: ${errno || String(error)}`);
}
