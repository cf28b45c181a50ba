import type { RingBuffer } from "./ring-buffer.ts";
import type { Moved, RingSink } from "./ring-sink.ts";

/** A batch handed to the owner is never longer, but for a single longer record. */
export const BATCH_BYTES = 256 * 1024;
/** Batches that the owner may have before it; beyond, records stay in the ring and the kernel counts what finds no room. */
export const BATCHES_AHEAD = 16;

interface Outlet {
  /** Batches handed over and not taken yet. */
  ahead(): number;
  post(batch: ArrayBuffer): void;
}

/** Copies records out of the ring for the thread that owns it. */
export class PostSink implements RingSink {
  readonly shed = 0;
  private readonly outlet: Outlet;

  constructor(outlet: Outlet) {
    this.outlet = outlet;
  }

  move(ring: RingBuffer): Moved {
    let [bytes, records] = [0, 0];
    for (;;) {
      const region = ring.peek(BATCH_BYTES);
      const { length } = region.bytes;
      if (length === 0) return { bytes, records, blocked: false };
      if (this.outlet.ahead() >= BATCHES_AHEAD) return { bytes, records, blocked: true };
      this.outlet.post(region.bytes.slice().buffer);
      ring.commit(length);
      bytes += length;
      records += region.records;
    }
  }

  close(): void {
    // It holds nothing.
  }
}
