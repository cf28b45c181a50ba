import { addressBytes } from "../../core/destination.ts";

/** 4 or 16 bytes, so many bits of them. */
interface Network {
  readonly bytes: Uint8Array;
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

/** The same text for the same address, however it is written; undefined for what is none. */
export function addressKey(address: string): string | undefined {
  return bytesOf(address)?.join(".");
}

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255] as const;

/** An IPv4 address inside of IPv6 (::ffff:1.2.3.4) is the IPv4 address (RFC 4291, section 2.5.5.2). */
function bytesOf(address: string): Uint8Array | undefined {
  const bytes = addressBytes(address);
  return bytes?.length === 16 && MAPPED.every((byte, at) => bytes[at] === byte) ? bytes.subarray(12) : bytes;
}
