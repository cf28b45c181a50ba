import { printable } from "../core/printable.ts";

const ENTRIES_MAX = 4096;

interface Entry {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Printable text of NUL-terminated bytes. The same few names come again and again, so they are looked
 * up by hash; the bytes are compared as well, since a process can choose a name to collide.
 */
export class StringCache {
  private readonly entries = new Map<number, Entry>();
  private readonly decoder = new TextDecoder();

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
    const known = this.entries.get(hash);
    if (known !== undefined && equals(known.bytes, memory, start, end)) return known.text;
    const bytes = memory.slice(start, end);
    const text = printable(this.decoder.decode(bytes));
    if (this.entries.size >= ENTRIES_MAX) this.entries.clear();
    this.entries.set(hash, { bytes, text });
    return text;
  }
}

function equals(known: Uint8Array, memory: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let at = 0; at < known.length; at++) if (known[at] !== memory[start + at]) return false;
  return true;
}
