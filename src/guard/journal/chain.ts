import type { Head } from "./head.ts";
import { headText, type Keys, wrongSignature } from "./keys.ts";
import { decodeLine, GENESIS, type JournalRecord, type RemovedBody, type SignedBody } from "./record.ts";

export interface Signatures {
  readonly count: number;
  /** Number of the last record that a signature covers; 0 where there is none. */
  readonly upTo: number;
  /** Each key that signed, with the first and the last record that it covers. */
  readonly keys: readonly { readonly key: string; readonly first: number; readonly last: number }[];
}

export interface ChainOptions {
  /** Where given, signatures are checked against them. */
  readonly keys?: Keys;
  /** What the head file names. */
  readonly head?: Head | undefined;
  /** Whether the first record may continue one that is not there. */
  readonly anywhere?: boolean;
}

/** Follows records one by one, and says of the first that does not fit why. */
export class Chain {
  last: Head = { seq: 0, hash: GENESIS };
  /** The record before the first one that was followed. */
  anchor: Head = this.last;
  segment = 1;
  /** CLOCK_REALTIME milliseconds of the first and the last record. */
  fromMs = 0;
  toMs = 0;
  /** `carried` records that must follow at once. */
  parts = 0;
  removed: { readonly body: RemovedBody; readonly atMs: number } | undefined;
  private readonly options: ChainOptions;
  private started = false;
  /** Whether a segment began among the records that were followed. */
  private begun = false;
  private signatures = 0;
  private upTo = 0;
  private readonly signers = new Map<string, { first: number; last: number }>();

  constructor(options: ChainOptions) {
    this.options = options;
  }

  /** The record, or why the line cannot be the next one. `begins`: the number of the segment whose first line it is. */
  take(line: string, begins?: number): JournalRecord | string {
    const record = decodeLine(line);
    if (record === undefined) return `record ${this.last.seq + 1} was edited`;
    const wrong = this.breakOf(record) || this.outOfPlace(record, begins) || this.wronglySigned(record);
    if (wrong !== "") return wrong;
    if (!this.started) this.anchor = { seq: record.seq - 1, hash: record.prev };
    this.started = true;
    this.last = { seq: record.seq, hash: record.hash };
    this.fromMs ||= record.atMs;
    this.toMs = record.atMs;
    if (record.type === "segment")
      [this.segment, this.parts, this.begun] = [record.body.segment, record.body.parts, true];
    else if (record.type === "carried") this.parts -= this.begun ? 1 : 0;
    else if (record.type === "removed") this.removed = { body: record.body, atMs: record.atMs };
    else if (record.type === "signed") this.count(record.body);
    return record;
  }

  get signed(): Signatures {
    const keys = [...this.signers].map(([key, span]) => ({ key, ...span }));
    return { count: this.signatures, upTo: this.upTo, keys };
  }

  private breakOf(record: JournalRecord): string {
    const { last } = this;
    const { head, anywhere } = this.options;
    if (this.started || anywhere !== true) {
      if (record.seq > last.seq + 1)
        return `record ${last.seq + 1} is missing; record ${record.seq} stands in its place`;
      if (record.seq <= last.seq) return `record ${record.seq} is repeated or out of order`;
      if (record.prev !== last.hash) return `record ${record.seq} does not continue record ${last.seq}`;
    }
    if (head?.seq === record.seq && head.hash !== record.hash)
      return `record ${record.seq} is not the one that the head names`;
    return "";
  }

  /** Segments begin with what says so, and nowhere else. */
  private outOfPlace(record: JournalRecord, begins: number | undefined): string {
    const number = record.type === "segment" ? record.body.segment : undefined;
    if (begins !== undefined && begins > 1) {
      if (number === undefined) return `record ${record.seq} does not begin a segment`;
      if (number !== begins) return `record ${record.seq} begins segment ${number}, not ${begins}`;
      return "";
    }
    if (number !== undefined && begins !== undefined)
      return `record ${record.seq} begins segment ${number}, not ${begins}`;
    const carries = record.type === "carried";
    // A range may begin among them.
    if (carries && this.options.anywhere === true && !this.begun) return "";
    if (carries !== this.parts > 0)
      return `record ${record.seq} stands where ${carries ? "no" : "a"} carried record belongs`;
    return "";
  }

  private wronglySigned(record: JournalRecord): string {
    const { keys } = this.options;
    if (keys === undefined || record.type !== "signed" || !this.started) return "";
    const { seq, hash, key, signature } = record.body;
    if (seq !== this.last.seq || hash !== this.last.hash)
      return `record ${record.seq} signs another record than the one before it`;
    const wrong = wrongSignature(keys, key, headText(record.body), signature);
    return wrong === "" ? "" : `the signature in record ${record.seq} ${wrong}`;
  }

  private count({ seq, key }: SignedBody): void {
    const first = this.upTo === 0 ? this.anchor.seq + 1 : this.upTo + 1;
    this.signatures++;
    this.upTo = seq;
    const span = this.signers.get(key);
    if (span === undefined) this.signers.set(key, { first, last: seq });
    else span.last = seq;
  }
}
