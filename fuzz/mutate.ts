import type { Random } from "../src/core/random.ts";

/** Larger inputs only cost time: what is read is bounded well below. */
const MAX_INPUT = 1 << 16;
const ODD_BYTES = [0, 1, 10, 13, 34, 44, 58, 92, 123, 125, 127, 128, 255];
const ODD_TEXTS = [
  "null",
  "-1",
  "1e999",
  "{}",
  "[]",
  '""',
  "__proto__",
  "9007199254740993",
  "\u2028",
  "\ud800",
  "*a",
  "&a",
];

/** One to eight changes to a seed: bits, bytes, lengths, texts, cuts, repeats, and pieces of other seeds. */
export function mutate(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  let bytes: Uint8Array = Uint8Array.from(pick(seeds));
  for (let left = 1 + Math.floor(random() * 8); left > 0; left--) {
    const at = Math.floor(random() * (bytes.length + 1));
    const length = Math.floor(random() ** 3 * (bytes.length - at));
    switch (Math.floor(random() * 7)) {
      case 0:
        if (at < bytes.length) bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = pick(ODD_BYTES);
        break;
      case 2:
        bytes = spliced(bytes, at, length, new Uint8Array());
        break;
      case 3:
        bytes = spliced(bytes, at, 0, bytes.subarray(at, at + length));
        break;
      case 4:
        bytes = spliced(bytes, at, random() < 0.5 ? length : 0, Buffer.from(pick(ODD_TEXTS)));
        break;
      case 5:
        bytes = spliced(bytes, at, length, pick(seeds).subarray(Math.floor(random() * 64), 256));
        break;
      default:
        if (at + 4 <= bytes.length)
          new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, random() * 2 ** 32, true);
    }
  }
  return bytes.subarray(0, MAX_INPUT);
}

function spliced(bytes: Uint8Array, at: number, drop: number, put: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length - drop + put.length);
  out.set(bytes.subarray(0, at));
  out.set(put, at);
  out.set(bytes.subarray(at + drop), at + put.length);
  return out;
}
