import { errnoOf, failed, ok, type Result } from "../../core/errors.ts";
import { journalPath } from "./files.ts";
import { type Head, readHead } from "./head.ts";
import { readLines } from "./lines.ts";
import { decodeLine, GENESIS, type JournalRecord } from "./record.ts";

export interface Verified {
  readonly records: number;
  /** CLOCK_REALTIME milliseconds of the first and the last record; 0 where there is none. */
  readonly from: number;
  readonly to: number;
  /** Where the next record continues. */
  readonly last: Head;
  /** Bytes up to the end of the last whole record. */
  readonly bytes: number;
  /** Bytes of a last line that a crash left unfinished; it never took effect. */
  readonly torn: number;
}

/**
 * Reads the journal in `folder` and follows its chain. `SW-JOURNAL-DAMAGED` names line and record of the
 * first that was edited, cut, reordered or repeated; what came before it was handed to `onRecord`.
 * May run beside a writer: the head is read before and after, and the tail must lie between the two.
 */
export function scanJournal(folder: string, onRecord: (record: JournalRecord) => void = () => {}): Result<Verified> {
  const headBefore = readHead(folder);
  const chain = followChain(folder, headBefore.ok ? headBefore.value : undefined, onRecord);
  if (!headBefore.ok) return headBefore;
  if (!chain.ok) return chain;
  const headAfter = readHead(folder);
  if (!headAfter.ok) return headAfter;
  const last = chain.value.last.seq;
  const [low, high] = [headBefore.value?.seq ?? 0, headAfter.value?.seq ?? 0];
  if (last < low) return damaged(`the end was cut: record ${last} is the last, but ${low} had been written`);
  if (last > high + 1) return damaged(`the head names record ${high}, but ${last} records follow one another`);
  return chain;
}

export function verifyJournal(folder: string): Result<Verified> {
  return scanJournal(folder);
}

function followChain(
  folder: string,
  head: Head | undefined,
  onRecord: (record: JournalRecord) => void,
): Result<Verified> {
  let last: Head = { seq: 0, hash: GENESIS };
  let [from, to, bytes, torn] = [0, 0, 0, 0];
  try {
    for (const line of readLines(journalPath(folder))) {
      if (line.state === "unfinished") {
        torn = line.end - bytes;
        break;
      }
      const record = decodeLine(line.text);
      const wrong = record === undefined ? `record ${last.seq + 1} was edited` : breakOf(record, last, head);
      if (record === undefined || wrong !== "") return damaged(`line ${last.seq + 1}: ${wrong}`);
      last = { seq: record.seq, hash: record.hash };
      from ||= record.atMs;
      to = record.atMs;
      bytes = line.end;
      onRecord(record);
    }
  } catch (error) {
    if (errnoOf(error) !== "ENOENT")
      return failed("SW-STATE-IO", `cannot read ${journalPath(folder)}: ${errnoOf(error) || String(error)}`);
  }
  return ok({ records: last.seq, from, to, last, bytes, torn });
}

/** Why a record cannot follow `last`; "" where it can. */
function breakOf(record: JournalRecord, last: Head, head: Head | undefined): string {
  if (record.seq > last.seq + 1) return `record ${last.seq + 1} is missing; record ${record.seq} stands in its place`;
  if (record.seq <= last.seq) return `record ${record.seq} is repeated or out of order`;
  if (record.prev !== last.hash) return `record ${record.seq} does not continue record ${last.seq}`;
  if (head?.seq === record.seq && head.hash !== record.hash)
    return `record ${record.seq} is not the one that the head names`;
  return "";
}

function damaged(says: string): Result<never> {
  return failed("SW-JOURNAL-DAMAGED", says);
}
