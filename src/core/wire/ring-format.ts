/**
 * Records as they lie in a BPF ring buffer (kernel/bpf/ringbuf.c): u32 length with two flags, u32 page offset
 * (the kernel's own use), then the record, padded to 8 bytes. They keep this form on the wire and in recordings,
 * so that nothing between the ring and the decoder has to touch them.
 */
export const RING_HEADER_BYTES = 8;
/** Still being written. */
export const RING_BUSY = 0x8000_0000;
/** Given up by the program that reserved it. */
export const RING_DISCARDED = 0x4000_0000;
export const RING_LENGTH_MASK = 0x3fff_ffff;
/** No record is longer: `size` in `struct record_head` is a u16, and a multiple of 8. */
export const RING_RECORD_MAX = 0xfff8;

/** Bytes from one header to the next. */
export function ringStep(length: number): number {
  return (length + RING_HEADER_BYTES + 7) & ~7;
}
