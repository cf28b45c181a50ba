import { createHash } from "node:crypto";
import { MAX_FRAME } from "../../core/wire/frame.ts";

/**
 * A recording is what the hive was sent, little endian:
 *
 *   magic, u16 version, u16 0, u32 length of the header, the header as JSON, seal
 *   chunks: u32 length of what follows, entries as one zlib stream (RFC 1950), seal
 *   end:    u32 0, seal
 *
 * An entry is f64 CLOCK_MONOTONIC and f64 CLOCK_REALTIME (milliseconds, as the hive got it) and one frame as
 * on the wire. A seal covers the seal before it and every byte since, so that whatever is changed, cut, left
 * out or moved is found at its chunk. It proves that the file is whole, not who made it.
 */
export const MAGIC = new TextEncoder().encode("SWARMREC");
/** 2: kernel records as they lie in the ring, each behind its header (core/wire/ring-format.ts). */
export const VERSION = 2;

/** Bytes. */
export const SIZES = { prelude: 16, length: 4, seal: 16, times: 16, frameHead: 5 } as const;

/** Bytes. What a file claims beyond them is damage; nothing larger is ever read or unpacked. */
export const LIMITS = {
  header: 64 << 10,
  /** A chunk is written once its entries have grown to this, or after a second. */
  chunk: 256 << 10,
  /** A chunk just below its size, and the largest frame there is. */
  unpacked: (256 << 10) + MAX_FRAME + 4096,
  /** zlib makes data that it cannot compress larger by 5 bytes in 16 KB and 6 once (zlib's technical note). */
  packed: (256 << 10) + MAX_FRAME + 8192,
  /** A day of a busy host. */
  file: 1 << 30,
} as const;

/** The next seal: the first 16 bytes of SHA-256. */
export function sealOf(before: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256").update(before);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest().subarray(0, SIZES.seal));
}

export const NO_SEAL = new Uint8Array(0);

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(SIZES.length);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
