import { isIP } from "node:net";

/** A network and a port that may be reached. */
export interface Destination {
  readonly family: 4 | 6;
  /** Network order; bits beyond the prefix are zero. */
  readonly address: Uint8Array;
  readonly prefix: number;
  /** 0: every port. */
  readonly port: number;
}

/** `ADDRESS`, `ADDRESS/BITS`, each with `:PORT` behind it; an IPv6 network with a port stands in brackets. */
export function parseDestination(text: string): Destination | undefined {
  const match =
    /^(?:\[([0-9a-fA-F:.]+(?:\/\d{1,3})?)\]|([0-9.]+(?:\/\d{1,2})?)|([0-9a-fA-F:]+(?:\/\d{1,3})?))(?::(\d{1,5}))?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const network = match[1] ?? match[2] ?? match[3] ?? "";
  // Without brackets the last group of an IPv6 address cannot be told from a port.
  if (match[3] !== undefined && match[4] !== undefined) return undefined;
  const [address = "", bits] = network.split("/");
  const family = isIP(address);
  if (family !== 4 && family !== 6) return undefined;
  const width = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : Number(bits);
  const port = match[4] === undefined ? 0 : Number(match[4]);
  if (prefix > width || port > 65_535 || (match[4] !== undefined && port === 0)) return undefined;
  const bytes = addressBytes(address);
  return bytes === undefined ? undefined : { family, address: masked(bytes, prefix), prefix, port };
}

/** 4 or 16 bytes in network order; undefined for what is no address, and for one with a zone. */
export function addressBytes(address: string): Uint8Array | undefined {
  const family = isIP(address);
  if (family === 4) return Uint8Array.from(address.split("."), Number);
  return family === 6 && !address.includes("%") ? bytesOf6(address) : undefined;
}

/** RFC 4291, section 2.2: groups of 16 bits, one run of zeros left out, the last two perhaps as IPv4. */
function bytesOf6(address: string): Uint8Array {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const hex = (high?: string, low?: string): string => (Number(high) * 256 + Number(low)).toString(16);
  const text = dotted ? `${dotted[1]}${hex(dotted[2], dotted[3])}:${hex(dotted[4], dotted[5])}` : address;
  const [left = "", right] = text.split("::");
  const groups = (part: string): string[] => part.split(":").filter(Boolean);
  const [head, tail] = [groups(left), right === undefined ? [] : groups(right)];
  const all = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => "0"), ...tail];
  return Uint8Array.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
}

function masked(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, at) => byte & (0xff00 >> Math.min(8, Math.max(0, prefix - at * 8))));
}
