import { isIPv4 } from "node:net";

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

/** RFC 1122, 1918, 3927, 5771, 6598; for IPv6 RFC 4291 and 4193. What is not understood counts as public. */
export function addressClass(address: string): AddressClass {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return isIPv4(mapped ?? address) ? classOf4(mapped ?? address) : classOf6(address.toLowerCase());
}

function classOf4(address: string): AddressClass {
  const [a = 0, b = 0] = address.split(".").map(Number);
  if (address === "169.254.169.254") return "metadata";
  // Connecting to 0.0.0.0 reaches this host (Linux, ip(7)).
  if (a === 127 || a === 0) return "loopback";
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return "private";
  if (a === 100 && b >= 64 && b < 128) return "private";
  if (a === 169 && b === 254) return "link-local";
  return a >= 224 && a < 240 ? "multicast" : "public";
}

function classOf6(address: string): AddressClass {
  if (address === "::1" || address === "::") return "loopback";
  if (address === "fd00:ec2::254") return "metadata";
  const first = Number.parseInt(address.split(":")[0] ?? "", 16);
  if ((first & 0xffc0) === 0xfe80) return "link-local";
  if ((first & 0xfe00) === 0xfc00) return "private";
  return (first & 0xff00) === 0xff00 ? "multicast" : "public";
}
