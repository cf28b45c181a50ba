import { failed, ok, type Result } from "../errors.ts";

/**
 * Frames between warden and hive: u32 length of type and payload (little endian), u8 type, payload.
 * Nothing longer than MAX_FRAME is ever buffered; a longer length ends the connection.
 */
export const MAX_FRAME = 1 << 20;
const HEADER = 4;

export function encodeFrame(type: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER + 1 + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length + 1, true);
  frame[HEADER] = type;
  frame.set(payload, HEADER + 1);
  return frame;
}

export interface Frame {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** Cuts a byte stream into frames. After a failure it stays failed: the stream cannot be trusted again. */
export class FrameReader {
  private pending: Uint8Array = new Uint8Array(0);
  private broken: string | undefined;

  push(chunk: Uint8Array): Result<Frame[]> {
    if (this.broken !== undefined) return failed("SW-WIRE", this.broken);
    this.pending = this.pending.length === 0 ? chunk : concat(this.pending, chunk);
    const frames: Frame[] = [];
    let at = 0;
    const view = new DataView(this.pending.buffer, this.pending.byteOffset, this.pending.byteLength);
    while (this.pending.length - at >= HEADER) {
      const length = view.getUint32(at, true);
      if (length < 1 || length > MAX_FRAME) {
        this.broken = `frame length ${length} is outside 1..${MAX_FRAME}`;
        return failed("SW-WIRE", this.broken);
      }
      if (this.pending.length - at < HEADER + length) break;
      const body = this.pending.subarray(at + HEADER, at + HEADER + length);
      frames.push({ type: body[0]!, payload: body.subarray(1) });
      at += HEADER + length;
    }
    // Copied, so that a small remainder does not keep a large chunk alive.
    this.pending = at === 0 ? this.pending : this.pending.slice(at);
    return ok(frames);
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
