import { RING_RECORD_MAX, ringStep } from "../core/wire/ring-format.ts";
import { walkRecords } from "../senses/ring-records.ts";

/** Bytes of one read: about three thousand records. */
const READ_BYTES = 256 << 10;
/** Room in front of it for the beginning of a record whose end comes with the next read. */
const KEPT_BYTES = ringStep(RING_RECORD_MAX);
/** Bytes between two looks at the clock. */
const SLICE_BYTES = 16 << 10;

interface Ports {
  /** Takes the whole records at the beginning of `bytes`; says how many bytes they are. */
  take(bytes: Uint8Array): number;
  /** Monotonic milliseconds. */
  nowMs(): number;
}

export type Turn =
  /** Everything that was read is taken. */
  | "done"
  /** The time is up; call `work` again. */
  | "more"
  /** The bytes make no sense, nor will those that follow. */
  | "broken";

/**
 * Takes a stream of ring records a bounded time at once. Reads go to `memory`; what is left of a read is moved
 * in front of it, so that each record is in one piece and no more than a part of one is ever copied.
 */
export class RecordIntake {
  /** Where the next read goes. Untouched between `read` and "done". */
  readonly memory: Uint8Array;
  private readonly buffer = new Uint8Array(KEPT_BYTES + READ_BYTES);
  private readonly ports: Ports;
  private at = KEPT_BYTES;
  private end = KEPT_BYTES;

  constructor(ports: Ports) {
    this.ports = ports;
    this.memory = this.buffer.subarray(KEPT_BYTES);
  }

  /** `count` bytes were read into `memory`. Only after "done". */
  read(count: number): void {
    this.end = KEPT_BYTES + count;
  }

  /** Takes what is there for `budgetMs`, at least a slice of it. */
  work(budgetMs: number): Turn {
    const untilMs = this.ports.nowMs() + budgetMs;
    for (;;) {
      const consumed = this.takeSome();
      this.at += consumed;
      if (consumed === 0) return this.keepRest() ? "done" : "broken";
      if (this.at < this.end && this.ports.nowMs() >= untilMs) return "more";
    }
  }

  private takeSome(): number {
    const sliceEnd = Math.min(this.at + SLICE_BYTES, this.end);
    const consumed = this.ports.take(this.buffer.subarray(this.at, sliceEnd));
    // A record may be longer than a slice.
    return consumed > 0 || sliceEnd === this.end ? consumed : this.ports.take(this.buffer.subarray(this.at, this.end));
  }

  /** False where what is left cannot be the beginning of a record. */
  private keepRest(): boolean {
    const rest = this.buffer.subarray(this.at, this.end);
    if (walkRecords(rest, () => undefined).damaged > 0) return false;
    const from = KEPT_BYTES - rest.length;
    this.buffer.copyWithin(from, this.at, this.end);
    this.at = from;
    this.end = KEPT_BYTES;
    return true;
  }
}
