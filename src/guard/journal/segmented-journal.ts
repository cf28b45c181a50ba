import type { Clock } from "../../core/clock.ts";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { Carry } from "./carry.ts";
import { type JournalFiles, nodeFiles, removeFile } from "./files.ts";
import type { OnRecord } from "./follow.ts";
import { MAX_UNSEALED } from "./head.ts";
import { headText, type Signer } from "./keys.ts";
import { type JournalLimits, KEEP_ALL } from "./limits.ts";
import type { FolderLock, LockOwner } from "./lock.ts";
import type { IntentBody, RecordBodies, RecordType } from "./record.ts";
import { dueRemoval } from "./retention.ts";
import { scanRecent, type Verified } from "./scan.ts";
import type { Durability, Tail } from "./tail.ts";
import { Thrift } from "./thrift.ts";

export interface JournalOptions {
  readonly clock: Clock;
  readonly procRoot?: string;
  readonly files?: JournalFiles;
  readonly owner?: LockOwner;
  /** Where left out, segments are begun but none is ever removed. */
  readonly limits?: JournalLimits;
  /**
   * Calls back soon, when nothing urgent is at hand. Where given, an intent is on the disk when `append` returns, and
   * its result in the kernel's hands; the sync of the result, the head and a new segment wait for the call.
   */
  readonly later?: (seal: () => void) => void;
}

/** What `journal.ts` puts together. */
export interface JournalParts {
  readonly lock: FolderLock;
  readonly tail: Tail;
  readonly carry: Carry;
  readonly signer: Signer | undefined;
  /** CLOCK_REALTIME milliseconds at which the newest segment began. */
  readonly begunMs: number;
}

/** A signature costs 50 µs, and one more record: so many records, or so long, may come between two. */
const SIGN_RECORDS = 256;
const SIGN_MS = 60_000;
/** A quiet journal begins a new segment this often within its age limit, or nothing could ever grow old enough. */
const SEGMENTS_PER_AGE = 4;

/** What an attack waits for while it is written; all others are sealed at once. */
const URGENT: Partial<Record<RecordType, Durability>> = { intent: "synced", result: "written" };

/**
 * Append-only, hash-chained, signed record of what the layer changes, in segments (`journal.jsonl`,
 * `journal-000002.jsonl`, …; mode 0600, in a folder of mode 0700). A record is on the disk when `append` returns (with
 * `later`, a result soon after: a power cut that takes it away takes the change along, a crash of the process does not);
 * where it fails, nothing of it remains, and the caller must not write the knob.
 */
export class Journal {
  readonly folder: string;
  private readonly clock: Clock;
  private readonly files: JournalFiles;
  private readonly parts: JournalParts;
  private readonly later: JournalOptions["later"];
  private readonly thrift = new Thrift();
  private limits: JournalLimits;
  private begunMs: number;
  private signedSeq: number;
  private signedMs: number;
  /** A segment that could not be begun is tried again when so much more was written. */
  private rotateAt: number;
  private closed = false;
  private sealing = false;

  /** Use `openJournal`. */
  constructor(folder: string, options: JournalOptions, parts: JournalParts) {
    this.folder = folder;
    this.clock = options.clock;
    this.files = options.files ?? nodeFiles;
    this.parts = parts;
    this.later = options.later;
    this.limits = options.limits ?? KEEP_ALL;
    this.begunMs = parts.begunMs;
    this.signedSeq = parts.tail.last.seq;
    this.signedMs = options.clock.monoMs();
    this.rotateAt = this.limits.segmentBytes;
  }

  /** Writes one record. Gives its number. */
  append<T extends RecordType>(type: T, body: RecordBodies[T]): Result<number> {
    // The number of a closed file may be another's by now.
    if (this.closed) return failed("SW-JOURNAL-WRITE", `the journal in ${this.folder} was closed`);
    const { tail } = this.parts;
    const sealed = tail.unsealed >= MAX_UNSEALED / 2 ? this.seal() : ok(undefined);
    if (!sealed.ok) return sealed;
    const durability = (this.later && URGENT[type]) ?? "sealed";
    const told = this.stamped(type, body, this.clock.monoMs());
    const written = this.write(type, told, durability);
    if (written.ok && durability === "sealed") this.signAndRotate();
    if (written.ok && durability !== "sealed") this.sealLater();
    return written;
  }

  private sealLater(): void {
    if (this.sealing) return;
    this.sealing = true;
    this.later?.(() => {
      this.sealing = false;
      // What cannot be sealed now is sealed with the next record.
      if (!this.closed) this.seal();
    });
  }

  private seal(): Result<void> {
    const sealed = this.parts.tail.seal(this.clock.wallMs(), { last: false });
    if (sealed.ok) this.signAndRotate();
    return sealed;
  }

  private signAndRotate(): void {
    const { tail } = this.parts;
    const unsignedMs = this.clock.monoMs() - this.signedMs;
    if (tail.last.seq - this.signedSeq >= SIGN_RECORDS || unsignedMs >= SIGN_MS) this.sign();
    if (tail.grown >= this.rotateAt || this.isOld()) this.rotate();
  }

  /** What a recovery needs, oldest first, read from the disk: see `scanRecent`. */
  scan(onRecord: OnRecord): Result<Verified> {
    return scanRecent(this.folder, onRecord);
  }

  /** Takes other limits; they count from the next segment on. */
  limit(limits: JournalLimits): void {
    this.limits = limits;
    this.rotateAt = limits.segmentBytes;
  }

  /** Removes what the limits no longer allow. */
  tidy(): void {
    try {
      const { carry } = this.parts;
      const due = dueRemoval(this.folder, this.limits, this.clock.wallMs(), (seq) => carry.openUpTo(seq));
      // The record first: what is missing without one was not removed by us.
      if (due === undefined || !this.write("removed", due.body).ok) return;
      for (const segment of due.segments) removeFile(this.files, segment.path);
    } catch {
      // Tried again with the next segment.
    }
  }

  close(): void {
    if (this.closed) return;
    this.sign();
    if (this.later !== undefined) this.parts.tail.seal(this.clock.wallMs(), { last: true });
    this.closed = true;
    this.parts.tail.close();
    this.parts.lock.release();
  }

  private write<T extends RecordType>(
    type: T,
    body: RecordBodies[T],
    durability: Durability = "sealed",
  ): Result<number> {
    const { tail, carry } = this.parts;
    const atMs = this.clock.wallMs();
    const written = tail.append(type, body, atMs, durability);
    if (!written.ok) return written;
    const { seq, hash } = written.value;
    carry.add({ v: 1, seq, atMs, type, body, prev: "", hash } as Parameters<Carry["add"]>[0], this.clock.monoMs());
    return ok(seq);
  }

  /** With the time that no wall clock changes, and without what explains too much. */
  private stamped<T extends RecordType>(type: T, body: RecordBodies[T], monoMs: number): RecordBodies[T] {
    if (type === "intent") return { ...this.thrift.shorten(body as IntentBody, monoMs), monoMs } as RecordBodies[T];
    return type === "revert" ? { ...body, monoMs } : body;
  }

  /** Signs the last record; one that cannot be written now is made with the next record. */
  private sign(): void {
    const { tail, signer } = this.parts;
    const { seq, hash } = tail.last;
    if (signer === undefined || seq === this.signedSeq) return;
    const head = { segment: tail.segment, seq, hash, atMs: Math.trunc(this.clock.wallMs()) };
    const signed = this.write("signed", { ...head, key: signer.fingerprint, signature: signer.sign(headText(head)) });
    this.signedMs = this.clock.monoMs();
    if (signed.ok) this.signedSeq = signed.value;
  }

  private isOld(): boolean {
    return this.clock.wallMs() - this.begunMs >= this.limits.maxAgeMs / SEGMENTS_PER_AGE;
  }

  private rotate(): void {
    this.sign();
    const { tail, carry } = this.parts;
    const begun = tail.rotate(carry.records(this.clock.monoMs(), this.clock.wallMs()), this.clock.wallMs());
    this.begunMs = this.clock.wallMs();
    this.rotateAt = begun.ok ? this.limits.segmentBytes : tail.grown + this.limits.segmentBytes / 16;
    if (begun.ok) this.tidy();
  }
}
