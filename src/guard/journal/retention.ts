import type { JournalLimits } from "./limits.ts";
import type { RemovedBody } from "./record.ts";
import { bytesOf, firstRecord, listSegments, type Segment } from "./segments.ts";

/**
 * What an open change refers to is kept, but not for ever: a lease that is renewed without end must not make the
 * journal grow without end. Beyond so many times the limit its records go too; the change itself lives on in
 * what each segment carries over, so it can be taken back and explained, without its evidence.
 */
const PINNED_FACTOR = 2;
/** The newest, and one before it to examine it with, always stay. */
const ALWAYS_KEPT = 2;

export interface Removal {
  readonly segments: readonly Segment[];
  readonly body: RemovedBody;
}

/**
 * The oldest segments that the limits no longer allow, or undefined. `openUpTo` names the open changes whose
 * own record is at most a number. Throws system errors.
 */
export function dueRemoval(
  folder: string,
  limits: JournalLimits,
  wallMs: number,
  openUpTo: (seq: number) => readonly string[],
): Removal | undefined {
  if (limits.totalBytes === Number.POSITIVE_INFINITY && limits.maxAgeMs === Number.POSITIVE_INFINITY) return undefined;
  const all = listSegments(folder);
  const sizes = all.map(bytesOf);
  let total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  let removal: Removal | undefined;
  for (let at = 0; at < all.length - ALWAYS_KEPT; at++) {
    // The next segment's first record names the last one of this, and about when it was written.
    const next = firstRecord(all[at + 1]!);
    if (next === undefined) return removal;
    const isOld = wallMs - next.atMs > limits.maxAgeMs;
    if (total <= limits.totalBytes && !isOld) return removal;
    const open = openUpTo(next.seq - 1);
    if (open.length > 0 && total <= PINNED_FACTOR * limits.totalBytes) return removal;
    total -= sizes[at] ?? 0;
    removal = extended(removal, all[at]!, sizes[at] ?? 0, next, isOld ? "age" : "size", open);
  }
  return removal;
}

function extended(
  before: Removal | undefined,
  segment: Segment,
  bytes: number,
  next: { readonly seq: number; readonly prev: string; readonly atMs: number },
  why: "size" | "age",
  open: readonly string[],
): Removal {
  const first = before === undefined ? firstRecord(segment) : undefined;
  const body: RemovedBody = {
    segments: [before?.body.segments[0] ?? segment.number, segment.number],
    records: [before?.body.records[0] ?? first?.seq ?? 1, next.seq - 1],
    head: next.prev,
    bytes: (before?.body.bytes ?? 0) + bytes,
    why,
    fromMs: before?.body.fromMs ?? first?.atMs ?? 0,
    toMs: next.atMs,
    open: open.slice(0, 64),
  };
  return { segments: [...(before?.segments ?? []), segment], body };
}
