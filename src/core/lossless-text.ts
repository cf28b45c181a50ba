/** Where a byte that is no UTF-8 is kept: as half of a surrogate pair, which no valid text has (PEP 383, "surrogateescape"). */
const KEPT = 0xdc00;
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const REPLACEMENT = "\ufffd";

/**
 * Bytes as text, each text of other bytes: names on Linux are bytes, and two that differ must not look alike. With a mark at the
 * beginning kept: "\ufeffsh" is not "sh".
 */
export function losslessText(bytes: Uint8Array): string {
  const text = DECODER.decode(bytes);
  return text.includes(REPLACEMENT) ? byHand(bytes) : text;
}

/** The byte that half of a surrogate pair stands for; undefined of every other code point. */
export function keptByte(code: number): number | undefined {
  return code >= KEPT + 0x80 && code <= KEPT + 0xff ? code - KEPT : undefined;
}

function byHand(bytes: Uint8Array): string {
  let text = "";
  let soundFrom = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += DECODER.decode(bytes.subarray(soundFrom, at)) + String.fromCharCode(KEPT + (bytes[at] ?? 0));
    soundFrom = ++at;
  }
  return text + DECODER.decode(bytes.subarray(soundFrom));
}

/** Bytes of the well-formed sequence that begins there; 0 where none does (RFC 3629, section 4). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  // Overlong forms, surrogates, and what lies beyond U+10FFFF show in the second byte.
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (second < least || second > most) return 0;
  for (let next = at + 2; next < at + length; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
