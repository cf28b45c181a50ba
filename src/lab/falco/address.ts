import { isIPv4, isIPv6 } from "node:net";
import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
/** sun_path with its end (unix(7)). */
const LONGEST_UNIX_PATH = 107;

export interface SocketAddress {
  readonly family: number;
  readonly host: string;
  /** struct sockaddr, as connect(2) takes it. */
  readonly bytes: Uint8Array;
}

/** "unix://PATH", "1.2.3.4:80" or "[::1]:80", the zone of an IPv6 address left out. */
export function socketAddress(text: string): Result<SocketAddress> {
  if (text.startsWith("unix://")) return unixAddress(text.slice("unix://".length));
  const match = /^(?:\[([^\]%]+)(?:%[^\]]*)?\]|([^:%]+)(?:%[^:]*)?):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? "";
  const port = Number(match?.[3]);
  if (!(port > 0 && port <= 65_535) || (!isIPv4(host) && !isIPv6(host)))
    return failed("SW-FALCO-SUITE", `no address of the form IP:PORT: ${printable(text, 80)}`);
  return ok(isIPv4(host) ? ip4(host, port) : ip6(host, port));
}

export function unixAddress(path: string): Result<SocketAddress> {
  if (Buffer.byteLength(path) > LONGEST_UNIX_PATH)
    return failed("SW-FALCO-SUITE", `longer than a socket's path can be: ${printable(path, 120)}`);
  const bytes = Buffer.alloc(2 + Buffer.byteLength(path) + 1);
  bytes.writeUInt16LE(AF_UNIX, 0);
  bytes.write(path, 2);
  return ok({ family: AF_UNIX, host: "", bytes });
}

function ip4(host: string, port: number): SocketAddress {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  host.split(".").forEach((part, i) => bytes.writeUInt8(Number(part), 4 + i));
  return { family: AF_INET, host, bytes };
}

function ip6(host: string, port: number): SocketAddress {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16LE(AF_INET6, 0);
  bytes.writeUInt16BE(port, 2);
  ip6Words(host).forEach((word, i) => bytes.writeUInt16BE(word, 8 + 2 * i));
  return { family: AF_INET6, host, bytes };
}

/** The eight parts of an address that isIPv6() holds for. */
function ip6Words(host: string): readonly number[] {
  const plain = host.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((word) => word.toString(16)).join(":"),
  );
  const [head = "", tail] = plain.split("::");
  const words = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  const [before, after] = [words(head), words(tail ?? "")];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}
