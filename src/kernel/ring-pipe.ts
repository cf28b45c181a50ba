import { closeSync } from "node:fs";
import { RING_DISCARDED, RING_LENGTH_MASK, ringStep } from "../core/wire/ring-format.ts";
import { unreadBytes } from "./pipe.ts";
import { HandedOver } from "./ring-handed-over.ts";
import type { RingBuffer } from "./ring-buffer.ts";
import type { Moved, RingSink } from "./ring-sink.ts";
import { checked, loadLibc } from "./syscall.ts";

/** One write(2) takes no more, so that the kernel gets room back while much is waiting. */
const WRITE_BYTES = 1024 * 1024;

/**
 * Writes records from the ring's memory straight into a pipe: copied once, by the kernel, and never seen by
 * JavaScript. A pipe without room leaves them in the ring, where the kernel counts what finds none.
 */
export class PipeSink implements RingSink {
  shed = 0;
  private fd = -1;
  /** Bytes of the ring's first record that the pipe has already. */
  private begun = 0;
  private handedOver = new HandedOver();
  private readonly write: (fd: number, bytes: Uint8Array, count: number) => number;

  constructor() {
    this.write = loadLibc().func("long write(int fd, const void *bytes, size_t count)");
  }

  /** Goes on with another pipe, or none (-1), from the beginning of a record; closes the one before. */
  use(fd: number): void {
    if (this.fd >= 0) {
      this.shed += this.handedOver.among(unreadBytes(this.fd));
      closeSync(this.fd);
    }
    this.fd = fd;
    this.begun = 0;
    this.handedOver = new HandedOver();
  }

  move(ring: RingBuffer): Moved {
    let [bytes, records] = [0, 0];
    while (this.fd >= 0) {
      const region = ring.peek(WRITE_BYTES);
      const { length } = region.bytes;
      if (length === 0) return { bytes, records, blocked: false };
      const written = this.put(region.bytes.subarray(this.begun));
      const there = this.begun + Math.max(written, 0);
      const whole = there === length ? { bytes: length, records: region.records } : wholeRecords(region.bytes, there);
      this.begun = there - whole.bytes;
      if (whole.bytes > 0) ring.commit(whole.bytes);
      this.handedOver.add(written, whole.records);
      bytes += whole.bytes;
      records += whole.records;
      if (there < length) break;
    }
    return { bytes, records, blocked: ring.waiting > 0 };
  }

  close(): void {
    this.use(-1);
  }

  /** Bytes taken; 0 where there is no room, or nobody who would ever read them. */
  private put(bytes: Uint8Array): number {
    const done = checked(Number(this.write(this.fd, bytes, bytes.length)));
    if (done.ok) return done.value;
    // EAGAIN and EINTR: again after a nap. Anything else (EPIPE) is for good: the reader's end is known elsewhere.
    if (done.errno !== "EAGAIN" && done.errno !== "EINTR") this.use(-1);
    return 0;
  }
}

/** How much of `bytes` is whole records that end within the first `there`. */
function wholeRecords(bytes: Uint8Array, there: number): { bytes: number; records: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [at, records] = [0, 0];
  while (at < there) {
    const header = view.getUint32(at, true);
    const next = at + ringStep(header & RING_LENGTH_MASK);
    if (next > there) break;
    at = next;
    if ((header & RING_DISCARDED) === 0) records++;
  }
  return { bytes: at, records };
}
