import { constants, readFileSync } from "node:fs";
import { errnoOf, failed, ok, type Result } from "../../core/errors.ts";
import { type JournalFiles, headPath, writeWhole } from "./files.ts";

/** Number and hash of the last record, kept apart: what makes a cut tail visible. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Undefined where there is none yet. */
export function readHead(folder: string): Result<Head | undefined> {
  let text: string;
  try {
    text = readFileSync(headPath(folder), "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return ok(undefined);
    return failed("SW-STATE-IO", `cannot read ${headPath(folder)}: ${errnoOf(error)}`);
  }
  const match = /^(\d{1,15}) ([0-9a-f]{64})\n$/.exec(text);
  if (match === null) return failed("SW-JOURNAL-DAMAGED", `${headPath(folder)} is not a record number and a hash`);
  return ok({ seq: Number(match[1]), hash: match[2]! });
}

/**
 * Atomic, by rename. Synced before the rename; the rename itself reaches the disk with the next sync of
 * the journal, so after a power cut the head is at most one record behind. Throws system errors.
 */
export function writeHead(files: JournalFiles, folder: string, head: Head): void {
  const fresh = `${headPath(folder)}.new`;
  const fd = files.open(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    writeWhole(files, fd, Buffer.from(`${head.seq} ${head.hash}\n`));
    files.fsync(fd);
  } finally {
    files.close(fd);
  }
  files.rename(fresh, headPath(folder));
}
