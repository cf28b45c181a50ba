import { createHash } from "node:crypto";
import type { ActionKind, Evidence, RevertCause } from "../../core/action.ts";
import type { AlarmInfo } from "../../core/guard-info.ts";
import { hasShape } from "./record-shape.ts";

/** Every type of record, and what it says. */
export const RECORD_TYPES = {
  open: "a process took the journal over",
  intent: "a change is about to be written; holds the baseline to go back to",
  result: "what became of the intent: read back, or failed and put back",
  revert: "a change ended, and what was done to its knob",
  alarm: "what the guard raises by itself, with the number of repeats so far",
  refused: "how often the guard refused since the last such record, by code",
  note: "anything else worth keeping, such as a torn line set aside",
  segment: "a segment begins; what is open and recent is carried over in the records that follow at once",
  carried: "records of earlier segments that a recovery needs, without their evidence",
  removed: "the oldest segments were removed by the limits on size or age",
  signed: "a signature over the record before",
} as const;

export type RecordType = keyof typeof RECORD_TYPES;

export interface RecordBodies {
  /** `key`: fingerprint of the key that signs from here on; left out where there is none. */
  open: { readonly pid: number; readonly startTicks: number; readonly bootId: string; readonly key?: string };
  intent: IntentBody;
  result: ResultBody;
  revert: RevertBody;
  refused: RefusedBody;
  alarm: AlarmInfo;
  note: { readonly says: string };
  segment: SegmentBody;
  carried: CarriedBody;
  removed: RemovedBody;
  signed: SignedBody;
}

export interface RefusedBody {
  readonly total: number;
  readonly codes: Readonly<Record<string, number>>;
  /** How often each asker was refused; those beyond the first few count as "others". */
  readonly agents?: Readonly<Record<string, number>>;
  readonly latest: string;
}

export interface SegmentBody {
  readonly segment: number;
  /** How many `carried` records follow. */
  readonly parts: number;
}

export interface CarriedBody {
  readonly records: readonly CarriedRecord[];
}

export type CarriedRecord = {
  [T in CarriedType]: {
    readonly seq: number;
    readonly atMs: number;
    readonly type: T;
    readonly body: RecordBodies[T];
  };
}[CarriedType];

export type CarriedType = "open" | "intent" | "result" | "revert";

export interface RemovedBody {
  /** First and last, both included. */
  readonly segments: readonly [number, number];
  readonly records: readonly [number, number];
  /** Hash of the last record removed: what the first that is left continues. */
  readonly head: string;
  readonly bytes: number;
  readonly why: "size" | "age";
  /** CLOCK_REALTIME milliseconds of the first record removed and of the first that is left. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Changes still in force whose own record was among those removed; they live on in the carried ones. */
  readonly open: readonly string[];
}

export interface SignedBody {
  /** What is signed: segment, number and hash of the record before this one, and the time. */
  readonly segment: number;
  readonly seq: number;
  readonly hash: string;
  readonly atMs: number;
  /** Fingerprint of the key. */
  readonly key: string;
  /** Ed25519 (RFC 8032), base64. */
  readonly signature: string;
}

/** Its own action id follows from its `seq`: see `actionId`. */
export interface IntentBody {
  readonly kind: ActionKind;
  readonly cgroup: string;
  /** Inode of the group's directory: a group made anew under the same path is another group. */
  readonly inode: number;
  /** For people. */
  readonly from: string;
  readonly to: string;
  /** What the actuator is asked to write, in its own encoding. */
  readonly setting: string;
  /** Raw state just before this write. */
  readonly before: string;
  /** Raw state before the layer first touched the knob: what a revert writes. */
  readonly baseline: string;
  /** The change of the same knob that this one takes over from. */
  readonly replaces?: string;
  readonly leaseMs: number;
  readonly agent: string;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  /** What an asker that explains too much had left out: how much it was, and SHA-256 of it. */
  readonly omitted?: { readonly evidence: number; readonly bytes: number; readonly sha256: string };
  readonly incident?: string;
  /** CLOCK_MONOTONIC milliseconds: within a run of the kernel, what no change of the wall clock can falsify. */
  readonly monoMs?: number;
  /** Processes in the group, for the containment budget. */
  readonly processes: number;
}

export interface ResultBody {
  readonly action: string;
  /** True: read back as `raw`. False: failed, see `code` and `says`. */
  readonly ok: boolean;
  readonly raw: string;
  readonly code: string;
  readonly says: string;
  /** Where failed: whether the knob was seen back at its baseline (else a revert must follow). */
  readonly putBack: boolean;
}

export interface RevertBody {
  readonly action: string;
  readonly cause: RevertCause;
  /** False where the knob was left alone. */
  readonly written: boolean;
  readonly raw: string;
  readonly says: string;
  readonly by: string;
  /** Renewals of the lease, which are not recorded one by one. */
  readonly renewals: number;
  /** As in the intent. */
  readonly monoMs?: number;
  /** Another change whose baseline moves, because this one lay under it. */
  readonly rebase?: { readonly action: string; readonly baseline: string };
}

export type JournalRecord = {
  [T in RecordType]: {
    readonly v: 1;
    readonly seq: number;
    /** CLOCK_REALTIME, milliseconds. */
    readonly atMs: number;
    readonly type: T;
    readonly body: RecordBodies[T];
    /** Hash of the record before. */
    readonly prev: string;
    readonly hash: string;
  };
}[RecordType];

/** `prev` of the first record. */
export const GENESIS = "0".repeat(64);

export function actionId(seq: number): string {
  return `c-${String(seq).padStart(4, "0")}`;
}

/**
 * One line: `{"v":1,"seq":…,"atMs":…,"type":…,"body":…,"prev":…,"hash":…}`. The hash is SHA-256 over the
 * bytes of the line without its hash member, so there is exactly one text for a record.
 */
export function encodeLine<T extends RecordType>(
  record: { readonly seq: number; readonly atMs: number; readonly type: T; readonly body: RecordBodies[T] },
  prev: string,
): { readonly line: string; readonly hash: string } {
  const { seq, atMs, type, body } = record;
  const bare = JSON.stringify({ v: 1, seq, atMs, type, body, prev });
  const hash = sha256(bare);
  return { line: `${bare.slice(0, -1)},"hash":"${hash}"}`, hash };
}

const HASH_MEMBER = /,"hash":"([0-9a-f]{64})"\}$/;

/** Undefined where the line is not a record exactly as `encodeLine` wrote it. */
export function decodeLine(line: string): JournalRecord | undefined {
  const member = HASH_MEMBER.exec(line);
  if (member === null || sha256(`${line.slice(0, member.index)}}`) !== member[1]) return undefined;
  try {
    const record = JSON.parse(line) as JournalRecord;
    const known = record.v === 1 && Object.hasOwn(RECORD_TYPES, record.type);
    const numbered = Number.isSafeInteger(record.seq) && record.seq > 0 && Number.isFinite(record.atMs);
    return known && numbered && hasShape(record.type, record.body) ? record : undefined;
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
