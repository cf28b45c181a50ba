import type { ConnectEvent } from "../core/event.ts";

type Destination = Pick<ConnectEvent, "family" | "to">;

/**
 * Text of an address from its 16 bytes at `at`; an IPv4 address in IPv6 form is that IPv4 address. Undefined for an
 * unknown family.
 */
export function destination(family: number, memory: Uint8Array, port: number, at = 0): Destination | undefined {
  if (family === 4) return ipv4(memory, at, port);
  if (family !== 6) return undefined;
  if (isMapped(memory, at)) return ipv4(memory, at + 12, port);
  return { family: "ipv6", to: { address: ipv6(memory, at), port } };
}

/** Addresses at hand: most connections go where others went. Beyond it all are dropped. */
const AT_HAND = 4096;
const texts = new Map<number, string>();
/** By a hash, so with the bytes: anybody can choose addresses that share one. */
const texts6 = new Map<number, { readonly bytes: Uint8Array; readonly text: string }>();

function ipv4(memory: Uint8Array, at: number, port: number): Destination {
  const [a = 0, b = 0, c = 0, d = 0] = [memory[at], memory[at + 1], memory[at + 2], memory[at + 3]];
  const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  let address = texts.get(number);
  if (address === undefined) {
    address = `${a}.${b}.${c}.${d}`;
    if (texts.size >= AT_HAND) texts.clear();
    texts.set(number, address);
  }
  return { family: "ipv4", to: { address, port } };
}

function ipv6(memory: Uint8Array, at: number): string {
  let hash = 0x811c9dc5;
  for (let index = at; index < at + 16; index++) hash = Math.imul(hash ^ (memory[index] ?? 0), 0x01000193);
  const known = texts6.get(hash);
  if (known !== undefined && isAt(known.bytes, memory, at)) return known.text;
  const bytes = memory.slice(at, at + 16);
  const text = ipv6Text(bytes);
  if (texts6.size >= AT_HAND) texts6.clear();
  texts6.set(hash, { bytes, text });
  return text;
}

function isAt(bytes: Uint8Array, memory: Uint8Array, at: number): boolean {
  for (let index = 0; index < 16; index++) if (bytes[index] !== memory[at + index]) return false;
  return true;
}

function isMapped(memory: Uint8Array, at: number): boolean {
  for (let index = at; index < at + 10; index++) if (memory[index] !== 0) return false;
  return memory[at + 10] === 0xff && memory[at + 11] === 0xff;
}

/** Canonical form (RFC 5952): lower case, the longest run of two or more zero groups as "::", the first of equals. */
function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0));
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const hex = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  return best.at < 0 ? hex(0, 8) : `${hex(0, best.at)}::${hex(best.at + best.length, 8)}`;
}
