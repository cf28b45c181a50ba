import { basename } from "node:path";
import { errnoOf } from "../../core/errors.ts";
import type { Chain } from "./chain.ts";
import { type Damage, damageAt } from "./damage.ts";
import { readLines } from "./lines.ts";
import type { CarriedRecord, JournalRecord } from "./record.ts";
import type { Segment } from "./segments.ts";

/** Where a record stands. */
export interface Place {
  readonly segment: number;
  readonly text: string;
  /** From before the first segment that was read, without its evidence: for a recovery, not for a reader. */
  readonly carried: boolean;
}

export type OnRecord = (record: JournalRecord, place: Place) => void;

interface Followed {
  readonly ok: true;
  /** Of the newest segment: bytes of whole records, and of an unfinished line after them. */
  readonly bytes: number;
  readonly torn: number;
  /** Of the newest segment: the record before it, and the last of those that it begins with. */
  readonly beginsAfter: number;
  readonly beganWith: number;
}

type Outcome = Followed | { readonly ok: false; readonly damage: Damage };

const MISSING = "look for the file in a backup; the segments around it are whole or not by themselves";
const FOREIGN = "a segment was renamed or copied over another; put the right file back from a backup";

/** Reads segments one after the other into `chain`, as far as they fit. Throws system errors. */
export function followSegments(segments: readonly Segment[], chain: Chain, onRecord: OnRecord): Outcome {
  let followed: Followed = { ok: true, bytes: 0, torn: 0, beginsAfter: 0, beganWith: 0 };
  let expected = segments[0]?.number ?? 1;
  let begun = false;
  for (const [index, segment] of segments.entries()) {
    if (segment.number !== expected) return missing(chain, segment, expected);
    const newest = index === segments.length - 1;
    let outcome: Outcome;
    try {
      outcome = followSegment(segment, chain, { first: !begun, newest }, onRecord);
    } catch (error) {
      // Removed by the limits since the folder was listed: the next one carries over what is needed.
      if (errnoOf(error) !== "ENOENT" || begun || newest) throw error;
      expected++;
      continue;
    }
    if (!outcome.ok) return outcome;
    followed = outcome;
    begun = true;
    expected++;
  }
  return followed;
}

function followSegment(
  segment: Segment,
  chain: Chain,
  { first, newest }: { readonly first: boolean; readonly newest: boolean },
  onRecord: OnRecord,
): Outcome {
  const beginsAfter = chain.last.seq;
  const base = { segment: segment.number, file: basename(segment.path) };
  let [line, bytes, torn, after, beganWith] = [0, 0, 0, beginsAfter, beginsAfter];
  for (const { text, end, state } of readLines(segment.path)) {
    line++;
    const where = { ...base, line, record: chain.last.seq + 1, byte: bytes };
    if (state === "unfinished") {
      if (!newest) return wrong(damageAt(where, `record ${where.record} was cut`));
      torn = end - bytes;
      break;
    }
    const taken = chain.take(text, line === 1 ? segment.number : undefined);
    if (typeof taken === "string")
      return wrong(damageAt(where, taken, taken.includes("begins segment") ? FOREIGN : undefined));
    if (line === 1) after = taken.seq - 1;
    if (line === 1 || taken.type === "carried") beganWith = taken.seq;
    bytes = end;
    if (first && taken.type === "carried")
      for (const each of taken.body.records)
        onRecord(asRecord(each), { segment: segment.number, text: "", carried: true });
    onRecord(taken, { segment: segment.number, text, carried: false });
  }
  const where = { ...base, line: line + 1, record: chain.last.seq + 1, byte: bytes };
  if (chain.parts > 0) return wrong(damageAt(where, `record ${where.record}, a carried one, is missing`));
  if (line === 0 && !(newest && segment.number === 1)) return wrong(damageAt(where, "the segment is empty"));
  return { ok: true, bytes, torn, beginsAfter: after, beganWith: Math.max(beganWith, after) };
}

function asRecord(carried: CarriedRecord): JournalRecord {
  return { v: 1, ...carried, prev: "", hash: "" };
}

function missing(chain: Chain, { path, number }: Segment, expected: number): Outcome {
  const where = { segment: expected, file: basename(path), line: 0, record: chain.last.seq + 1, byte: 0 };
  const which = number - 1 > expected ? `segments ${expected} to ${number - 1} are` : `segment ${expected} is`;
  return wrong(damageAt(where, `${which} missing, with record ${where.record} and those after it`, MISSING));
}

function wrong(damage: Damage): Outcome {
  return { ok: false, damage };
}
