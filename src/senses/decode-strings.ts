import { losslessText } from "../core/lossless-text.ts";
import { printable } from "../core/printable.ts";

/** Texts known, a power of two. */
const PLACES = 4096;
/** A longer text is not kept, so that nobody makes the cache large: 4096 texts of half a kilobyte at most. */
const KEPT_BYTES = 512;
/** What printable() allows where nothing else is said. */
const SHOWN_MIN = 256;

interface Entry {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly text: string;
}

/**
 * Printable text of the names and paths in records. The same few come again and again, so they are looked up by
 * hash; the bytes are compared as well, since a process can choose a name to collide. What falls on a taken place
 * takes it over.
 */
export class StringCache {
  private readonly entries: (Entry | undefined)[] = Array.from({ length: PLACES }, () => undefined);

  /** The text from `start` up to a NUL or `start + max`. */
  read(memory: Uint8Array, start: number, max: number): string {
    const limit = Math.min(start + max, memory.length);
    // FNV-1a, 32 bits.
    let hash = 0x811c9dc5;
    let end = start;
    for (; end < limit; end++) {
      const byte = memory[end] ?? 0;
      if (byte === 0) break;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    return this.known(memory, undefined, start, end, hash);
  }

  /** The text of exactly these bytes, all inside of `memory`, which `view` is over as well. Four bytes at a time. */
  exact(memory: Uint8Array, view: DataView, start: number, length: number): string {
    if (length === 0) return "";
    const end = start + length;
    let hash = length;
    let at = start;
    for (; at + 4 <= end; at += 4) hash = Math.imul(hash ^ view.getUint32(at, true), 0x9e3779b1) ^ (hash >>> 15);
    for (; at < end; at++) hash = Math.imul(hash ^ (memory[at] ?? 0), 0x01000193);
    return this.known(memory, view, start, end, hash);
  }

  /** Never kept: for what seldom comes twice. At most `shown` letters. */
  fresh(memory: Uint8Array, start: number, end: number, shown = SHOWN_MIN): string {
    return printable(this.raw(memory, start, end), shown);
  }

  /** Not printable yet: to be taken apart first. */
  raw(memory: Uint8Array, start: number, end: number): string {
    return losslessText(memory.subarray(start, end));
  }

  private known(memory: Uint8Array, view: DataView | undefined, start: number, end: number, hash: number): string {
    const place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    const known = this.entries[place];
    if (known !== undefined && equals(known, memory, view, start, end)) return known.text;
    const text = this.fresh(memory, start, end, Math.max(SHOWN_MIN, end - start));
    if (end - start <= KEPT_BYTES) {
      const bytes = memory.slice(start, end);
      this.entries[place] = { bytes, view: new DataView(bytes.buffer), text };
    }
    return text;
  }
}

/** Four bytes at a time where there is a view over the memory. */
function equals(known: Entry, memory: Uint8Array, view: DataView | undefined, start: number, end: number): boolean {
  const { bytes } = known;
  if (bytes.length !== end - start) return false;
  let at = 0;
  if (view !== undefined) {
    const words = bytes.length & ~3;
    for (; at < words; at += 4) if (known.view.getUint32(at, true) !== view.getUint32(start + at, true)) return false;
  }
  for (; at < bytes.length; at++) if (bytes[at] !== memory[start + at]) return false;
  return true;
}
