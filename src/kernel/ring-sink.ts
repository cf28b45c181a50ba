import type { RingBuffer } from "./ring-buffer.ts";

/** What one turn took out of the ring. */
export interface Moved {
  readonly bytes: number;
  readonly records: number;
  /** Whoever takes them is behind, or there is nobody: the rest waits in the ring. */
  readonly blocked: boolean;
}

/** Where the reader thread puts what is in the ring. Nothing is given up here: what is not taken stays. */
export interface RingSink {
  /** Records that were handed over and never read. */
  readonly shed: number;
  /** Takes what is finished, as far as there is room for it. Never waits. */
  move(ring: RingBuffer): Moved;
  close(): void;
}
