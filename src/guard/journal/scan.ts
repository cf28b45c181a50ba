import { errnoOf, failed, ok, type Result } from "../../core/errors.ts";
import { Chain, type Signatures } from "./chain.ts";
import { asFailure, type Damage, damageOf } from "./damage.ts";
import { followSegments, type OnRecord } from "./follow.ts";
import { type Head, MAX_UNSEALED, readHead, wrongHead } from "./head.ts";
import { publicKeysPath, readPublicKeys } from "./keys.ts";
import type { RemovedBody } from "./record.ts";
import { beginsWhole, firstRecord, listSegments, type Segment } from "./segments.ts";

export interface Verified {
  /** How many were followed, and the number of the first. */
  readonly records: number;
  readonly first: number;
  /** CLOCK_REALTIME milliseconds of the first and the last record; 0 where there is none. */
  readonly from: number;
  readonly to: number;
  /** Where the next record continues. */
  readonly last: Head;
  /** Hash that the first record continues. */
  readonly prev: string;
  /** Of the newest segment: its number, and its bytes up to the end of the last whole record. */
  readonly segment: number;
  readonly bytes: number;
  /** Bytes of a last line that a crash left unfinished; it never took effect. */
  readonly torn: number;
  readonly segments: number;
  /** The latest removal by policy, and when. */
  readonly removed?: { readonly body: RemovedBody; readonly atMs: number };
  readonly signatures: Signatures;
}

type Outcome = { readonly ok: true; readonly value: Verified } | { readonly ok: false; readonly damage: Damage };

/**
 * Reads the journal in `folder`, oldest record first, and follows its chain over all segments.
 * `SW-JOURNAL-DAMAGED` names segment, byte, line and record of the first that was edited, cut, reordered or
 * repeated; what came before it was handed to `onRecord`. May run beside a writer: the head is read before and
 * after, and the tail must lie between the two.
 */
export function scanJournal(folder: string, onRecord: OnRecord = () => {}): Result<Verified> {
  return caught(folder, () => examine(folder, { from: 1, signatures: false }, onRecord));
}

/**
 * As `scanJournal`, but begins with the newest segment, and the records that it carries over from the earlier ones:
 * all that a recovery needs, in constant time.
 */
export function scanRecent(folder: string, onRecord: OnRecord = () => {}): Result<Verified> {
  return caught(folder, () => examine(folder, { from: "newest", signatures: false }, onRecord));
}

/** As `scanJournal`, but begins with the segment that holds record `seq`, or with the oldest where that is gone. */
export function scanFrom(folder: string, seq: number, onRecord: OnRecord): Result<Verified> {
  return caught(folder, () => examine(folder, { from: seq, signatures: false }, onRecord));
}

/** As `scanJournal`, and checks every signature against the public keys in the folder. */
export function verifyJournal(folder: string): Result<Verified> {
  return caught(folder, () => findDamage(folder));
}

/** The same, with the place of what is wrong in pieces. Throws system errors. */
export function findDamage(folder: string, onRecord: OnRecord = () => {}): Outcome {
  return examine(folder, { from: 1, signatures: true }, onRecord);
}

function caught(folder: string, examined: () => Outcome): Result<Verified> {
  try {
    const outcome = examined();
    return outcome.ok ? ok(outcome.value) : asFailure(outcome.damage);
  } catch (error) {
    return failed("SW-STATE-IO", `cannot read the journal in ${folder}: ${errnoOf(error) || String(error)}`);
  }
}

interface Scope {
  /** The segment with this record, or the newest. */
  readonly from: number | "newest";
  readonly signatures: boolean;
}

function examine(folder: string, { from, signatures }: Scope, onRecord: OnRecord): Outcome {
  const keys = signatures ? readPublicKeys(publicKeysPath(folder)) : undefined;
  const before = readHead(folder);
  const all = listSegments(folder);
  const segments = from === "newest" ? fromNewestWhole(all) : fromRecord(all, from);
  const head = before.ok ? before.value : undefined;
  const chain = new Chain({ head, anywhere: (segments[0]?.number ?? 1) > 1, ...(keys && { keys }) });
  const followed = followSegments(segments, chain, onRecord);
  if (!before.ok) return wrong(damageOf(0, before.says));
  if (!followed.ok) return followed;
  const after = readHead(folder);
  if (!after.ok) return wrong(damageOf(0, after.says));
  const last = chain.last.seq;
  const [low, high] = [head?.seq ?? 0, after.value?.seq ?? 0];
  if (last < low)
    return wrong(damageOf(last + 1, `the end was cut: record ${last} is the last, but ${low} had been written`));
  // A crash leaves the head one record behind, an open one more, or at the end of the segment before a new one.
  const ahead = after.value?.open === true ? MAX_UNSEALED : 1;
  if (last > high + ahead && !(high === followed.beginsAfter && last === followed.beganWith))
    return wrong(damageOf(high + 1, `the head names record ${high}, but ${last} records follow one another`));
  const unsigned = keys === undefined || after.value === undefined ? "" : wrongHead(after.value, keys);
  if (unsigned !== "") return wrong(damageOf(high, unsigned));
  const missing = from === 1 ? missingBefore(chain, segments[0]?.number ?? 1) : "";
  if (missing !== "") return wrong(damageOf(1, missing));
  return { ok: true, value: verifiedBy(chain, segments, followed) };
}

/** A crash cannot leave a segment half begun, but damage can: a recovery then starts with the one before. */
function fromNewestWhole(segments: readonly Segment[]): readonly Segment[] {
  const at = segments.findLastIndex((segment) => beginsWhole(segment));
  return segments.slice(Math.max(0, at));
}

function fromRecord(segments: readonly Segment[], seq: number): readonly Segment[] {
  if (seq <= 1) return segments;
  const at = segments.findLastIndex((segment) => (firstRecord(segment)?.seq ?? Number.POSITIVE_INFINITY) <= seq);
  return segments.slice(Math.max(0, at));
}

/** What is gone from the beginning must have been removed by the journal itself. */
function missingBefore({ anchor, removed }: Chain, oldest: number): string {
  if (oldest === 1) return "";
  const gone = `records 1 to ${anchor.seq} (segments 1 to ${oldest - 1}) are missing`;
  if (removed === undefined) return `${gone}, and no record says that they were removed`;
  const [, lastSegment] = removed.body.segments;
  const [, lastRecord] = removed.body.records;
  if (lastSegment < oldest - 1) return `${gone}, but only those up to ${lastRecord} were removed by the limits`;
  // A crash between the record and the removal leaves some of them.
  if (lastSegment > oldest - 1) return "";
  const fits = lastRecord === anchor.seq && removed.body.head === anchor.hash;
  return fits ? "" : `record ${anchor.seq + 1} does not continue record ${lastRecord}, the last that was removed`;
}

function verifiedBy(
  chain: Chain,
  segments: readonly Segment[],
  { bytes, torn }: { readonly bytes: number; readonly torn: number },
): Verified {
  return {
    records: chain.last.seq - chain.anchor.seq,
    first: chain.anchor.seq + 1,
    from: chain.fromMs,
    to: chain.toMs,
    last: chain.last,
    prev: chain.anchor.hash,
    segment: segments.at(-1)?.number ?? 1,
    bytes,
    torn,
    segments: segments.length,
    ...(chain.removed && { removed: chain.removed }),
    signatures: chain.signed,
  };
}

function wrong(damage: Damage): Outcome {
  return { ok: false, damage };
}
