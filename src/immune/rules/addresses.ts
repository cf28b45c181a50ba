import { isIP } from "node:net";

/** A network as a comparable text: 4 or 16 bytes, so many bits of them. */
interface Network {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** "10.0.0.0/8", "::1", "192.0.2.7"; undefined for what is neither address nor network. */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", length, ...rest] = text.split("/");
  const bytes = bytesOf(address);
  if (bytes === undefined || rest.length > 0) return undefined;
  const most = bytes.length * 8;
  if (length === undefined) return { bytes, bits: most };
  if (!/^\d{1,3}$/.test(length) || Number(length) > most) return undefined;
  return { bytes, bits: Number(length) };
}

export function isWithin(address: string, { bytes, bits }: Network): boolean {
  const own = bytesOf(address);
  if (own === undefined || own.length !== bytes.length) return false;
  for (let i = 0; i * 8 < bits; i++) {
    const shift = Math.max(0, 8 - (bits - i * 8));
    if ((own[i] ?? 0) >> shift !== (bytes[i] ?? 0) >> shift) return false;
  }
  return true;
}

/** An IPv4 address inside of IPv6 (::ffff:1.2.3.4) is the IPv4 address. */
function bytesOf(address: string): number[] | undefined {
  const version = isIP(address);
  if (version === 4) return address.split(".").map(Number);
  if (version !== 6 || address.includes("%")) return undefined;
  const bytes = sixteen(address);
  return bytes.slice(0, 12).join() === "0,0,0,0,0,0,0,0,0,0,255,255" ? bytes.slice(12) : bytes;
}

function sixteen(address: string): number[] {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const hex = dotted?.[1] === undefined ? address : `${dotted[1]}${fromDotted(dotted[2] ?? "")}`;
  const [head = "", tail] = hex.split("::");
  const before = words(head);
  const after = tail === undefined ? [] : words(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after].flatMap((word) => [word >> 8, word & 0xff]);
}

function words(text: string): number[] {
  return text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
}

function fromDotted(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
