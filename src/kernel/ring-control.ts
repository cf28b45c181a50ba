/** What reader thread and owner share. */
export interface RingControl {
  /** [stop, batches taken, descriptor for the thread to take over, highest fill seen] */
  readonly flags: Int32Array;
  /** [shed, damaged, records, bytes], since start. */
  readonly totals: BigUint64Array;
}

export const STOP = 0;
export const TAKEN = 1;
/** A descriptor on its way to the thread, or one of the two below. */
export const PIPE = 2;
/** Highest fill since somebody asked, in millionths. */
export const FILL = 3;

export const NOTHING_NEW = -2;
export const NO_PIPE = -1;

export const SHED = 0;
export const DAMAGED = 1;
export const RECORDS = 2;
export const BYTES = 3;

const TOTALS_AT = 16;

export function createRingControl(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(TOTALS_AT + 4 * 8);
  ringControl(memory).flags[PIPE] = NOTHING_NEW;
  return memory;
}

export function ringControl(memory: SharedArrayBuffer): RingControl {
  return { flags: new Int32Array(memory, 0, 4), totals: new BigUint64Array(memory, TOTALS_AT, 4) };
}

/** What the thread is started with. */
export interface RingJob {
  readonly control: SharedArrayBuffer;
  readonly ringFd: number;
  readonly ringBytes: number;
  /** "post": copies, as messages to the owner. "pipe": straight into the descriptor given last. */
  readonly to: "post" | "pipe";
}
