/** What reader thread and owner share: a stop flag, the count of batches taken, what was lost. */
export interface RingControl {
  /** [stop, batches taken] */
  readonly flags: Int32Array;
  /** [shed, damaged], records since start. */
  readonly losses: BigUint64Array;
}

export const STOP = 0;
export const TAKEN = 1;
export const SHED = 0;
export const DAMAGED = 1;

const BYTES = 32;
const LOSSES_AT = 16;

export function createRingControl(): SharedArrayBuffer {
  return new SharedArrayBuffer(BYTES);
}

export function ringControl(memory: SharedArrayBuffer): RingControl {
  return { flags: new Int32Array(memory, 0, 2), losses: new BigUint64Array(memory, LOSSES_AT, 2) };
}

/** What the thread is started with. */
export interface RingJob {
  readonly control: SharedArrayBuffer;
  readonly ringFd: number;
  readonly ringBytes: number;
  readonly napMs: number;
}
