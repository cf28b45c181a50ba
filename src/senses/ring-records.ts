import {
  RING_BUSY,
  RING_DISCARDED,
  RING_HEADER_BYTES,
  RING_LENGTH_MASK,
  RING_RECORD_MAX,
  ringStep,
} from "../core/wire/ring-format.ts";

export interface Walked {
  /** Bytes up to the first record that is not all there: what follows is its beginning, or nothing. */
  readonly consumed: number;
  /** 1 where the walk ended at a header that cannot be right: nothing behind it can be found. */
  readonly damaged: 0 | 1;
}

/**
 * Visits each whole record of a piece of a ring (see core/wire/ring-format.ts) in order: `at` is where its first
 * byte lies, behind its header. Whatever the bytes are, nothing outside of them is visited.
 */
export function walkRecords(bytes: Uint8Array, visit: (at: number, size: number) => void): Walked {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length;
  let at = 0;
  while (end - at >= RING_HEADER_BYTES) {
    const header = view.getUint32(at, true);
    const size = header & RING_LENGTH_MASK;
    if ((header & RING_BUSY) !== 0 || size > RING_RECORD_MAX) return { consumed: at, damaged: 1 };
    const next = at + ringStep(size);
    if (next > end) break;
    if ((header & RING_DISCARDED) === 0) visit(at + RING_HEADER_BYTES, size);
    at = next;
  }
  return { consumed: at, damaged: 0 };
}
