import type { Taken } from "./ring-buffer.ts";

/** A batch handed to the owner is never longer. */
export const BATCH_BYTES = 256 * 1024;
/** Batches that the owner may have before it; beyond, records stay in the ring. */
export const BATCHES_AHEAD = 16;

interface Outlet {
  /** Batches handed over and not taken yet. */
  ahead(): number;
  post(batch: ArrayBuffer): void;
  /** Share of the ring that is full, 0 to 1. */
  fullness(): number;
}

/**
 * Collects records into batches. While the owner is behind, the ring itself is the buffer; past half
 * full the oldest are shed and counted, so that what is kept for it is recent.
 */
export class Batcher {
  shed = 0;
  private readonly outlet: Outlet;
  private readonly scratch = new Uint8Array(BATCH_BYTES);
  private used = 0;

  constructor(outlet: Outlet) {
    this.outlet = outlet;
  }

  readonly take = (record: Uint8Array): Taken => {
    if (this.used + record.length > BATCH_BYTES && !this.flush()) {
      if (this.outlet.fullness() < 0.5) return "later";
      this.shed++;
      return "taken";
    }
    this.scratch.set(record, this.used);
    this.used += record.length;
    return "taken";
  };

  /** Hands over what is collected, unless the owner is behind. False: it is still here. */
  flush(): boolean {
    if (this.used === 0) return true;
    if (this.outlet.ahead() >= BATCHES_AHEAD) return false;
    // Copied to its exact size: a whole scratch buffer for each small batch would only be moved about.
    this.outlet.post(this.scratch.slice(0, this.used).buffer);
    this.used = 0;
    return true;
  }
}
