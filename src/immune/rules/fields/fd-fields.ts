import type { EndpointRef } from "../../../core/entity.ts";
import type { CallEvent, FdInfo, SocketInfo } from "../../../core/event.ts";
import type { Facts, FieldSpec, FieldTable, FieldValue } from "./field.ts";
import { callOf } from "./event-type.ts";
import { absolute, folderOf, isWhole, nameOf } from "./path-of.ts";

/** Falco's fd.typechar, by fd.type. */
const TYPE_CHARS: Readonly<Record<string, string>> = {
  file: "f",
  directory: "d",
  ipv4: "4",
  ipv6: "6",
  unix: "u",
  pipe: "p",
  event: "e",
  device: "f",
  symlink: "f",
  netlink: "n",
  other: "o",
};

const PROTOCOLS: Readonly<Record<number, string>> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmp" };
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;

function isOpen(event: CallEvent): boolean {
  return event.kind === "open.read" || event.kind === "open.write" || event.kind === "open.failed";
}

/** A file that could not be opened has no descriptor, and counts as a file (Falco: fd.num = -1). */
function failedOpen(event: CallEvent): boolean {
  return event.kind === "open.failed";
}

function fdOf(facts: Facts): FdInfo | undefined {
  return callOf(facts.event)?.fd;
}

function socketOf(facts: Facts): SocketInfo | undefined {
  return fdOf(facts)?.socket;
}

function typeOf(facts: Facts): string | undefined {
  const call = callOf(facts.event);
  if (call !== undefined && failedOpen(call)) return "file";
  const fd = call?.fd;
  if (fd === undefined) return undefined;
  if (fd.type !== "socket") return fd.type === "device" ? "file" : fd.type;
  return fd.socket === undefined || fd.socket.family === "other" || fd.socket.family === "packet"
    ? "other"
    : fd.socket.family;
}

/** Name, folder and last part of one path are often asked for together. */
function pathOf(facts: Facts): string | undefined {
  if (facts.pathTurn !== facts.turn) {
    facts.path = findPath(facts);
    facts.pathTurn = facts.turn;
  }
  return facts.path;
}

/** The path that was opened: as typed, from the root, or as the kernel has it (`asResolved`). */
function findPath(facts: Facts): string | undefined {
  const call = callOf(facts.event);
  if (call === undefined) return undefined;
  const real = call.fd === undefined || call.fd.path === "" ? undefined : call.fd.path;
  if (facts.asResolved || !isOpen(call) || call.path === "") return real;
  if (isWhole(call.path)) return call.path;
  // With a descriptor to begin at, `fd` is that folder where the call failed, else the file itself.
  const folder = failedOpen(call) && real !== undefined ? real : (facts.process?.details?.cwd ?? "");
  const typed =
    call.path.startsWith("/") || failedOpen(call) || isFromCwd(call) ? absolute(call.path, folder) : undefined;
  return typed ?? real;
}

const AT_FDCWD = -100;

function isFromCwd(call: CallEvent): boolean {
  return call.call === "open" || call.call === "creat" || ((call.args[0] ?? 0) | 0) === AT_FDCWD;
}

function endpoint(at: EndpointRef): string {
  return at.address.includes(":") ? `[${at.address}]:${at.port}` : `${at.address}:${at.port}`;
}

interface Ends {
  readonly client: EndpointRef | undefined;
  readonly server: EndpointRef | undefined;
  readonly local: EndpointRef | undefined;
  readonly remote: EndpointRef | undefined;
}

/** Who asked and who answers: an accepted or bound socket serves, any other asks. */
function endsOf(facts: Facts): Ends | undefined {
  const { event } = facts;
  if (event.kind === "connect") return { client: undefined, server: event.to, local: undefined, remote: event.to };
  const call = callOf(facts.event);
  const socket = socketOf(facts);
  if (call === undefined || (socket === undefined && call.address === undefined)) return undefined;
  if (socket !== undefined && socket.family !== "ipv4" && socket.family !== "ipv6") return undefined;
  const isServing = call.kind === "accept" || call.kind === "bind" || call.kind === "listen";
  const local = call.kind === "bind" ? (call.address ?? socket?.local) : socket?.local;
  const remote = call.kind === "connected" || call.kind === "send" ? (call.address ?? socket?.remote) : socket?.remote;
  return isServing
    ? { client: remote, server: local, local, remote }
    : { client: local, server: remote, local, remote };
}

function nameOfFd(facts: Facts): string | undefined {
  const ends = endsOf(facts);
  if (ends !== undefined) {
    const { client, server } = ends;
    if (client !== undefined && server !== undefined) return `${endpoint(client)}->${endpoint(server)}`;
    const one = server ?? client;
    return one === undefined ? undefined : endpoint(one);
  }
  const socket = socketOf(facts);
  if (socket?.family === "unix") return socket.path;
  return pathOf(facts);
}

function transport(facts: Facts): string | undefined {
  const { event } = facts;
  if (event.kind === "connect") return event.protocol === undefined ? undefined : PROTOCOLS[event.protocol];
  const socket = socketOf(facts);
  if (socket === undefined || (socket.family !== "ipv4" && socket.family !== "ipv6")) return undefined;
  if (socket.type === SOCK_RAW) return "raw";
  const byType = socket.type === SOCK_STREAM ? "tcp" : socket.type === SOCK_DGRAM ? "udp" : undefined;
  return PROTOCOLS[socket.protocol] ?? byType;
}

function side(which: keyof Ends, says: string): Record<"ip" | "port", FieldSpec> {
  return {
    ip: { type: "ip", get: (facts) => endsOf(facts)?.[which]?.address, says: `address of the ${says}` },
    port: { type: "number", get: (facts) => endsOf(facts)?.[which]?.port, says: `port of the ${says}` },
  };
}

function both(facts: Facts): FieldValue {
  const ends = endsOf(facts);
  const addresses = [ends?.client?.address, ends?.server?.address].filter((address) => address !== undefined);
  return addresses.length === 0 ? undefined : addresses;
}

const CLIENT = side("client", "client");
const SERVER = side("server", "server");
const LOCAL = side("local", "local end");
const REMOTE = side("remote", "remote end");

/** Of the names that rules compare with those that lead there (host-names.ts): none, one or several; nothing where there is no address. */
function named(which: keyof Ends, says: string): FieldSpec {
  const get = (facts: Facts): FieldValue => {
    const address = endsOf(facts)?.[which]?.address;
    const names = address === undefined ? undefined : facts.hosts.namesOf(address);
    return names?.length === 1 ? names[0] : names;
  };
  return { type: "host", get, says: `name of the ${says}, of the names that rules compare with` };
}

/** The descriptor that a call was about. */
export const FD_FIELDS: FieldTable = {
  "fd.num": {
    type: "number",
    get: (facts) => {
      const call = callOf(facts.event);
      return call !== undefined && failedOpen(call) ? -1 : call?.fd?.number;
    },
    says: "the descriptor's number, -1 where it could not be opened",
  },
  "fd.type": { type: "text", get: typeOf, says: "file, directory, ipv4, ipv6, unix, pipe, ..." },
  "fd.typechar": {
    type: "text",
    get: (facts) => TYPE_CHARS[typeOf(facts) ?? ""],
    says: "the same as one character: f, d, 4, 6, u, p, ...",
  },
  "fd.name": { type: "text", get: nameOfFd, says: "path of a file, both ends of a connection" },
  "fd.nameraw": {
    type: "text",
    get: (facts) => {
      const call = callOf(facts.event);
      return call === undefined || call.path === "" ? nameOfFd(facts) : call.path;
    },
    says: "path as it was typed",
  },
  "fd.directory": { type: "text", get: (facts) => mapped(pathOf(facts), folderOf), says: "folder of the file" },
  "fd.filename": {
    type: "text",
    get: (facts) => mapped(pathOf(facts), nameOf),
    says: "name of the file without its folder",
  },
  "fd.ip": { type: "ip", get: both, says: "address of either end" },
  "fd.net": { type: "net", get: both, says: "network of either end" },
  "fd.port": {
    type: "port",
    get: (facts) => {
      const ends = endsOf(facts);
      const ports = [ends?.client?.port, ends?.server?.port].filter((port) => port !== undefined).map(String);
      return ports.length === 0 ? undefined : ports;
    },
    says: "port of either end",
  },
  "fd.cip": CLIENT.ip,
  "fd.sip": SERVER.ip,
  "fd.lip": LOCAL.ip,
  "fd.rip": REMOTE.ip,
  "fd.cport": CLIENT.port,
  "fd.sport": SERVER.port,
  "fd.lport": LOCAL.port,
  "fd.rport": REMOTE.port,
  "fd.cnet": { ...CLIENT.ip, type: "net" },
  "fd.snet": { ...SERVER.ip, type: "net" },
  "fd.lnet": { ...LOCAL.ip, type: "net" },
  "fd.rnet": { ...REMOTE.ip, type: "net" },
  "fd.cip.name": named("client", "client"),
  "fd.sip.name": named("server", "server"),
  "fd.lip.name": named("local", "local end"),
  "fd.rip.name": named("remote", "remote end"),
  "fd.l4proto": { type: "text", get: transport, says: "tcp, udp, icmp or raw" },
  "fd.sockfamily": {
    type: "text",
    get: (facts) => mapped(socketOf(facts), ({ family }) => (family === "unix" ? "unix" : "ip")),
    says: "ip or unix",
  },
  "fd.is_server": {
    type: "bool",
    get: (facts) =>
      mapped(callOf(facts.event), ({ kind }) => kind === "accept" || kind === "bind" || kind === "listen"),
    says: "whether this end serves",
  },
  "fd.connected": { type: "bool", get: (facts) => isConnected(facts), says: "whether the socket has a remote end" },
  "fd.name_changed": {
    type: "bool",
    get: (facts) => nameChanged(facts),
    says: "whether this call gave the descriptor another name",
  },
  "fd.ino": { type: "number", get: (facts) => fdOf(facts)?.file.ino, says: "inode" },
  "fd.dev": { type: "number", get: (facts) => fdOf(facts)?.file.dev, says: "device" },
  "fd.dev.major": {
    type: "number",
    get: (facts) => mapped(fdOf(facts), ({ file }) => Math.floor(file.dev / 2 ** 20)),
    says: "major number of the device",
  },
  "fd.dev.minor": {
    type: "number",
    get: (facts) => mapped(fdOf(facts), ({ file }) => file.dev % 2 ** 20),
    says: "minor number of the device",
  },
  "fd.is_upper_layer": {
    type: "bool",
    get: (facts) => fdOf(facts)?.traits.upperLayer,
    says: "whether the file is not of its container's image",
  },
  "fd.is_lower_layer": {
    type: "bool",
    get: (facts) => mapped(fdOf(facts), ({ traits }) => facts.process?.container !== undefined && !traits.upperLayer),
    says: "whether the file is of its container's image",
  },
  "fd.types": {
    type: "list",
    argument: "name",
    bare: true,
    get: (facts, which) => {
      const type = typeOf(facts);
      const isOther = which !== "" && fdOf(facts)?.number !== Number(which);
      return type === undefined || isOther ? undefined : [type];
    },
    says: "types of the descriptors that the call is about; with a number, of that one",
  },
  "fd.uid": {
    type: "text",
    get: (facts) => mapped(fdOf(facts), ({ number }) => `${facts.event.tid ?? facts.event.process.pid}${number}`),
    says: "thread and descriptor",
  },
  "fd.cproto": { type: "text", lacking: "ports are not named", says: "service of the client's port" },
  "fd.sproto": { type: "text", lacking: "ports are not named", says: "service of the server's port" },
  "fd.lproto": { type: "text", lacking: "ports are not named", says: "service of the local port" },
  "fd.rproto": { type: "text", lacking: "ports are not named", says: "service of the remote port" },
  "fd.proto": { type: "text", lacking: "ports are not named", says: "service of a port" },
  "fd.containername": {
    type: "text",
    get: (facts) => mapped(nameOfFd(facts), (name) => `${facts.process?.container?.id.slice(0, 12) ?? ""}:${name}`),
    says: "container and name",
  },
  "fd.containerdirectory": {
    type: "text",
    get: (facts) =>
      mapped(pathOf(facts), (path) => `${facts.process?.container?.id.slice(0, 12) ?? ""}:${folderOf(path)}`),
    says: "container and folder",
  },
};

function mapped<T>(value: T | undefined, get: (value: T) => FieldValue): FieldValue {
  return value === undefined ? undefined : get(value);
}

function isConnected(facts: Facts): boolean | undefined {
  const socket = socketOf(facts);
  return socket === undefined ? undefined : socket.remote !== undefined;
}

/** connect(2), and a message to another destination than the socket's. */
function nameChanged(facts: Facts): boolean | undefined {
  const call = callOf(facts.event);
  if (call?.fd === undefined) return undefined;
  return call.kind === "connected" || (call.kind === "send" && call.address !== undefined);
}
