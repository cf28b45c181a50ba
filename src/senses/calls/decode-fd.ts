import type { EndpointRef } from "../../core/entity.ts";
import type { FdInfo, FileTraits, SocketInfo } from "../../core/event.ts";
import { destination } from "../decode-address.ts";
import type { StringCache } from "../decode-strings.ts";
import { TRAIT } from "../records.ts";
import { CALL_ADDRESS, CALL_FD, CALL_SOCKET } from "./records.ts";

/** AF_* of socket(2). */
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const FAMILIES: Readonly<Record<number, SocketInfo["family"]>> = {
  [AF_UNIX]: "unix",
  [AF_INET]: "ipv4",
  [AF_INET6]: "ipv6",
  16: "netlink",
  17: "packet",
};

/** S_IFMT >> 12 (inode(7)). */
const TYPES: Readonly<Record<number, FdInfo["type"]>> = {
  1: "pipe",
  2: "device",
  4: "directory",
  6: "device",
  8: "file",
  10: "symlink",
  12: "socket",
};

/** Every set of traits there is, made once: most files have none. */
const TRAITS: readonly FileTraits[] = Array.from({ length: 8 }, (_, bits) => ({
  upperLayer: (bits & TRAIT.upperLayer) !== 0,
  memfd: (bits & TRAIT.memfd) !== 0,
  deleted: (bits & TRAIT.deleted) !== 0,
}));
const NO_TRAITS: FileTraits = { upperLayer: false, memfd: false, deleted: false };

/** `struct call_fd` at `at`. */
export function fdAt(view: DataView, at: number, path: string, socket: SocketInfo | undefined): FdInfo {
  const mode = view.getUint16(at + CALL_FD.mode, true);
  const anonymous = view.getUint8(at + CALL_FD.anonymous) !== 0;
  const info = {
    number: view.getInt32(at + CALL_FD.number, true),
    type: anonymous ? anonymousType(path) : (TYPES[mode >> 12] ?? "other"),
    path: anonymous ? `anon_inode:${path.slice(1)}` : path,
    file: {
      dev: view.getUint32(at + CALL_FD.dev, true),
      ino: view.getUint32(at + CALL_FD.ino + 4, true) * 2 ** 32 + view.getUint32(at + CALL_FD.ino, true),
    },
    mode,
    traits: TRAITS[view.getUint8(at + CALL_FD.traits)] ?? NO_TRAITS,
  };
  return socket === undefined ? info : { ...info, socket };
}

function anonymousType(path: string): FdInfo["type"] {
  return path.startsWith("/[event") ? "event" : "other";
}

/** `struct call_socket` at `at`. */
export function socketAt(records: Uint8Array, view: DataView, at: number, path: string): SocketInfo {
  const family = view.getUint16(at + CALL_SOCKET.family, true);
  const local = endpoint(records, family, at + CALL_SOCKET.local, view.getUint16(at + CALL_SOCKET.local_port, true));
  const remote = endpoint(records, family, at + CALL_SOCKET.remote, view.getUint16(at + CALL_SOCKET.remote_port, true));
  return {
    family: FAMILIES[family] ?? "other",
    type: view.getUint16(at + CALL_SOCKET.type, true),
    protocol: view.getUint16(at + CALL_SOCKET.protocol, true),
    ...(local !== undefined && { local }),
    ...(remote !== undefined && { remote }),
    path,
  };
}

/** `struct call_address` at `at`: a path for a unix socket; undefined for a family that has neither address nor path. */
export function addressAt(records: Uint8Array, view: DataView, at: number, path: string): EndpointRef | undefined {
  const family = view.getUint16(at + CALL_ADDRESS.family, true);
  if (family === AF_UNIX) return { address: path, port: 0 };
  const version = versionOf(family);
  const port = view.getUint16(at + CALL_ADDRESS.port, true);
  return version === 0
    ? undefined
    : destination(version, records.subarray(at + CALL_ADDRESS.address, at + CALL_ADDRESS.address + 16), port)?.to;
}

/** A socket without port on the wildcard address is neither bound nor connected. */
function endpoint(records: Uint8Array, family: number, at: number, port: number): EndpointRef | undefined {
  const version = versionOf(family);
  if (version === 0) return undefined;
  const bytes = records.subarray(at, at + 16);
  return port === 0 && bytes.every((byte) => byte === 0) ? undefined : destination(version, bytes, port)?.to;
}

function versionOf(family: number): 0 | 4 | 6 {
  if (family === AF_INET) return 4;
  return family === AF_INET6 ? 6 : 0;
}

/** Path of a unix socket, an abstract one as "@name" (unix(7)). */
export function unixPath(records: Uint8Array, at: number, length: number, strings: StringCache): string {
  return length > 0 && records[at] === 0
    ? `@${strings.read(records, at + 1, length - 1)}`
    : strings.read(records, at, length);
}
