import { readFileSync } from "node:fs";
import { errnoOf, failed, ok, type Result } from "../../core/errors.ts";
import { type JournalFiles, headPath, replaceFile } from "./files.ts";
import { headText, type Keys, type Signer, wrongSignature } from "./keys.ts";

/** Number and hash of the last record, kept apart: what makes a cut tail visible. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

interface HeadFile extends Head {
  /** Written by a journal that seals later: up to MAX_UNSEALED records may follow the one it names. */
  readonly open: boolean;
  /** Absent where it was written without a key. */
  readonly signed?: {
    readonly segment: number;
    readonly atMs: number;
    readonly key: string;
    readonly signature: string;
  };
}

/**
 * Records that may stand after an open head: it is written at the latest when half as many do, and a power cut may take
 * its latest rename back.
 */
export const MAX_UNSEALED = 32;

const HEAD = /^(\d{1,15}) ([0-9a-f]{64})(?: (\d{1,12}) (\d{1,15}) ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==))?( open)?\n$/;

/** Undefined where there is none yet. */
export function readHead(folder: string): Result<HeadFile | undefined> {
  let text: string;
  try {
    text = readFileSync(headPath(folder), "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return ok(undefined);
    return failed("SW-STATE-IO", `cannot read ${headPath(folder)}: ${errnoOf(error)}`);
  }
  const match = HEAD.exec(text);
  if (match === null) return failed("SW-JOURNAL-DAMAGED", `${headPath(folder)} is not a record number and a hash`);
  const [, seq, hash = "", segment, atMs, key = "", signature = "", loose] = match;
  const head = { seq: Number(seq), hash, open: loose !== undefined };
  if (segment === undefined) return ok(head);
  return ok({ ...head, signed: { segment: Number(segment), atMs: Number(atMs), key, signature } });
}

/** "" where the signature holds, else what is wrong with it. Unsigned is wrong where a key exists. */
export function wrongHead({ seq, hash, open, signed }: HeadFile, keys: Keys): string {
  if (signed === undefined) return keys.size === 0 ? "" : "the head is not signed, although this journal has a key";
  const text = headText({ segment: signed.segment, seq, hash, atMs: signed.atMs, open });
  const wrong = wrongSignature(keys, signed.key, text, signed.signature);
  return wrong === "" ? "" : `the signature of the head ${wrong}`;
}

/**
 * Atomic, by rename. Synced before the rename; the rename itself reaches the disk with the next sync of
 * the journal, so after a power cut the head is at most one record behind (an open one: MAX_UNSEALED). Throws
 * system errors.
 */
export function writeHead(
  files: JournalFiles,
  folder: string,
  head: Head & { readonly open: boolean },
  by?: { readonly signer: Signer; readonly segment: number; readonly atMs: number },
): void {
  const { seq, hash, open } = head;
  const atMs = Math.max(0, Math.trunc(by?.atMs ?? 0));
  const signature = by?.signer.sign(headText({ segment: by.segment, seq, hash, atMs, open }));
  const signed = by === undefined ? "" : ` ${by.segment} ${atMs} ${by.signer.fingerprint} ${signature}`;
  replaceFile(files, headPath(folder), Buffer.from(`${seq} ${hash}${signed}${open ? " open" : ""}\n`));
}
