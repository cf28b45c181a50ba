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

/**
 * Cuts a byte stream into frames. After a failure it stays failed: the stream cannot be trusted again. Chunks are
 * kept as they come and joined once, when the frame that they begin is all there.
 */
export class FrameReader {
  private chunks: Uint8Array[] = [];
  private pending = 0;
  /** Bytes that must be there before anything more can be told. */
  private needed = HEADER;
  private broken: string | undefined;

  push(chunk: Uint8Array): Result<Frame[]> {
    if (this.broken !== undefined) return failed("SW-WIRE", this.broken);
    this.chunks.push(chunk);
    this.pending += chunk.length;
    if (this.pending < this.needed) return ok([]);
    const bytes = joined(this.chunks, this.pending);
    const frames: Frame[] = [];
    let at = 0;
    this.needed = HEADER;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (bytes.length - at >= HEADER) {
      const length = view.getUint32(at, true);
      if (length < 1 || length > MAX_FRAME) {
        this.broken = `frame length ${length} is outside 1..${MAX_FRAME}`;
        this.chunks = [];
        return failed("SW-WIRE", this.broken);
      }
      if (bytes.length - at < HEADER + length) {
        this.needed = HEADER + length;
        break;
      }
      const body = bytes.subarray(at + HEADER, at + HEADER + length);
      frames.push({ type: body[0]!, payload: body.subarray(1) });
      at += HEADER + length;
    }
    this.pending = bytes.length - at;
    // Copied, so that a small remainder does not keep a large chunk alive.
    this.chunks = this.pending === 0 ? [] : [at === 0 ? bytes : bytes.slice(at)];
    return ok(frames);
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
