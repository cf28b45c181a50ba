import { MAX_FRAME } from "../../core/wire/frame.ts";
import { SIZES } from "./format.ts";

/** One frame and when the hive got it. */
export interface Entry {
  /** CLOCK_MONOTONIC, milliseconds; never before the entry in front. */
  readonly monoMs: number;
  /** CLOCK_REALTIME, milliseconds. */
  readonly wallMs: number;
  /** As in core/wire/messages.ts. */
  readonly type: number;
  readonly payload: Uint8Array;
}

const HEAD = SIZES.times + SIZES.frameHead;
/** Milliseconds: what JavaScript can tell as a date. */
const MAX_TIME = 8.64e15;

/** `frame` as on the wire, its length and type included. */
export function encodeEntry(monoMs: number, wallMs: number, frame: Uint8Array): Uint8Array {
  const entry = new Uint8Array(SIZES.times + frame.length);
  const view = new DataView(entry.buffer);
  view.setFloat64(0, monoMs, true);
  view.setFloat64(8, wallMs, true);
  entry.set(frame, SIZES.times);
  return entry;
}

/** The entries of an unpacked chunk, or undefined from the first one that cannot be right on. */
export function* decodeEntries(bytes: Uint8Array, fromMs: number): Generator<Entry | undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let lastMs = fromMs;
  for (let at = 0; at < bytes.length;) {
    const length = bytes.length - at < HEAD ? 0 : view.getUint32(at + SIZES.times, true);
    const end = at + SIZES.times + 4 + length;
    if (length < 1 || length > MAX_FRAME || end > bytes.length) return yield undefined;
    const monoMs = view.getFloat64(at, true);
    const wallMs = view.getFloat64(at + 8, true);
    if (!(monoMs >= lastMs && monoMs <= MAX_TIME && wallMs >= 0 && wallMs <= MAX_TIME)) return yield undefined;
    yield { monoMs, wallMs, type: bytes[at + HEAD - 1] ?? 0, payload: bytes.subarray(at + HEAD, end) };
    lastMs = monoMs;
    at = end;
  }
}
