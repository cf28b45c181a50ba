/** Kinds of address, and how much a first connection to one tells: most attacks end outside, few begin on loopback. */
export const ADDRESS_CLASSES = {
  loopback: { factor: 0.4, says: "on this host" },
  multicast: { factor: 0.3, says: "to a multicast group" },
  "link-local": { factor: 0.6, says: "on the local link" },
  private: { factor: 0.8, says: "in a private network" },
  /** 169.254.169.254 hands out a machine's credentials at every large cloud. */
  metadata: { factor: 1, says: "to the cloud's metadata service" },
  public: { factor: 1, says: "on the internet" },
} as const;

export type AddressClass = keyof typeof ADDRESS_CLASSES;

/** In the table's order: evidence has numbers. */
export const CLASS_NUMBERS = Object.fromEntries(
  Object.keys(ADDRESS_CLASSES).map((name, number) => [name, number]),
) as Readonly<Record<AddressClass, number>>;

/** RFC 1122, 1918, 3927, 5771, 6598; for IPv6 RFC 4291 and 4193. What is not understood counts as public. */
export function addressClass(address: string): AddressClass {
  const plain = octets(address);
  if (plain !== NOT_IPV4) return classOf4(plain);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const inner = mapped === undefined ? NOT_IPV4 : octets(mapped);
  return inner === NOT_IPV4 ? classOf6(address.toLowerCase()) : classOf4(inner);
}

const NOT_IPV4 = -1;
const DOT = 46;
const ZERO = 48;

/** An IPv4 address in dotted form as one number. By characters: a crawler connects to another address each time. */
function octets(address: string): number {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  if (address.length > 15) return NOT_IPV4;
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at);
    if (code === DOT && digits > 0 && dots < 3) {
      value = value * 256 + octet;
      octet = 0;
      digits = 0;
      dots++;
    } else if (code >= ZERO && code <= ZERO + 9) {
      octet = octet * 10 + code - ZERO;
      digits++;
      if (octet > 255) return NOT_IPV4;
    } else return NOT_IPV4;
  }
  return dots === 3 && digits > 0 ? value * 256 + octet : NOT_IPV4;
}

function classOf4(address: number): AddressClass {
  const a = Math.floor(address / 2 ** 24);
  const b = Math.floor(address / 2 ** 16) % 256;
  if (address === METADATA) return "metadata";
  // Connecting to 0.0.0.0 reaches this host (Linux, ip(7)).
  if (a === 127 || a === 0) return "loopback";
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return "private";
  if (a === 100 && b >= 64 && b < 128) return "private";
  if (a === 169 && b === 254) return "link-local";
  return a >= 224 && a < 240 ? "multicast" : "public";
}

/** 169.254.169.254 */
const METADATA = 0xa9fea9fe;

function classOf6(address: string): AddressClass {
  if (address === "::1" || address === "::") return "loopback";
  if (address === "fd00:ec2::254") return "metadata";
  const first = Number.parseInt(address.split(":")[0] ?? "", 16);
  if ((first & 0xffc0) === 0xfe80) return "link-local";
  if ((first & 0xfe00) === 0xfc00) return "private";
  return (first & 0xff00) === 0xff00 ? "multicast" : "public";
}
