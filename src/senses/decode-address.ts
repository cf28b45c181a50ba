import type { ConnectEvent } from "../core/event.ts";

type Destination = Pick<ConnectEvent, "family" | "to">;

/** Text of an address from its 16 bytes; an IPv4 address in IPv6 form is that IPv4 address. Undefined for an unknown family. */
export function destination(family: number, bytes: Uint8Array, port: number): Destination | undefined {
  if (family === 4) return ipv4(bytes, 0, port);
  if (family !== 6) return undefined;
  if (isMapped(bytes)) return ipv4(bytes, 12, port);
  return { family: "ipv6", to: { address: ipv6Text(bytes), port } };
}

function ipv4(bytes: Uint8Array, at: number, port: number): Destination {
  return { family: "ipv4", to: { address: bytes.subarray(at, at + 4).join("."), port } };
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
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
