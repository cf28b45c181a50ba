import { destination } from "./decode-address.ts";

/** Addresses known. */
const PLACE_BITS = 13;
const PLACES = 2 ** PLACE_BITS;

interface Known {
  readonly family: "ipv4" | "ipv6";
  readonly address: string;
  /** Family and address as they came. */
  readonly asked: number;
  readonly words: readonly [number, number, number, number];
}

/** Texts of addresses, as the same few are connected to again and again. */
export class Destinations {
  private readonly places: (Known | undefined)[] = Array.from({ length: PLACES }, () => undefined);

  /** Of the family (4 or 6, u16) and the 16 bytes at these places; undefined for an unknown family. */
  at(records: Uint8Array, view: DataView, familyAt: number, addressAt: number): Known | undefined {
    const asked = view.getUint16(familyAt, true);
    const word0 = view.getUint32(addressAt, true);
    const word1 = view.getUint32(addressAt + 4, true);
    const word2 = view.getUint32(addressAt + 8, true);
    const word3 = view.getUint32(addressAt + 12, true);
    const rest = Math.imul(word1 ^ Math.imul(word2 ^ word3, 0x85ebca6b), 0xc2b2ae35);
    const place = Math.imul(word0 ^ rest, 0x9e3779b1) >>> (32 - PLACE_BITS);
    const known = this.places[place];
    if (known?.asked === asked) {
      const [a, b, c, d] = known.words;
      if (a === word0 && b === word1 && c === word2 && d === word3) return known;
    }
    const made = destination(asked, records, 0, addressAt);
    if (made === undefined) return undefined;
    const fresh = {
      family: made.family,
      address: made.to.address,
      asked,
      words: [word0, word1, word2, word3],
    } as const;
    this.places[place] = fresh;
    return fresh;
  }
}
