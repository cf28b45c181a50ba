import { existsSync } from "node:fs";
import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { socketAddress, type SocketAddress, unixAddress } from "./address.ts";
import type { Block, Cell } from "./block.ts";
import type { Bindings } from "./step-calls.ts";
import type { Resource } from "./suite-schema.ts";

const AT_FDCWD = -100;
const [O_RDWR, O_CREAT, O_DIRECTORY, O_NONBLOCK] = [0o2, 0o100, 0o200000, 0o4000];
const [SOCK_STREAM, SOCK_DGRAM] = [1, 2];
const BACKLOG = 16;
const SIGSET_BYTES = 8;
const MEMFD_NAME = "test";

/** What a test has before its steps begin; a process beside is made in script.ts. */
export interface Placed {
  /** Paths that the resources need to be there, and those that they make: to be removed afterwards. */
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** Of the files, those that nobody makes who is watched. */
  readonly empty: readonly string[];
  /** Addresses that the machine has to have for them. */
  readonly hosts: readonly string[];
}

const NOTHING: Placed = { folders: [], files: [], empty: [], hosts: [] };

/**
 * Where no step asks for a descriptor of it, a file or folder is only there, and nobody who is watched opens it: an alert is then
 * the step's, and the kernel's counting of repeated opens (bpf/calls-merge.h) does not take the step for one.
 */
export function place({ subtype, filePath, dirPath }: Resource): Placed {
  const path = subtype === "file" ? filePath : dirPath;
  if (path == null || path === "") return NOTHING;
  if (subtype === "directory") return { ...NOTHING, folders: [path] };
  const made = existsSync(path) ? [] : [path];
  return { folders: [parentOf(path)], files: made, empty: made, hosts: [] };
}

/** Adds the calls that make a descriptor or a connection, and binds its fields. SW-FALCO-SUITE. */
export function addResource(block: Block, resource: Resource, bound: Bindings, unixPath: string): Result<Placed> {
  if (resource.type === "clientServer") return clientServer(block, resource, bound, unixPath);
  const what = `resource ${resource.name}`;
  const bind = (fd: Cell): Result<Placed> => {
    bound.set(`${resource.name}.fd`.toLowerCase(), fd);
    return ok(NOTHING);
  };
  switch (resource.subtype) {
    case "file":
      return file(block, resource, bound);
    case "directory":
      return directory(block, resource, bound);
    case "pipe":
      return pipe(block, resource, bound);
    case "event":
      return bind(block.call("eventfd2", [0, 0], what));
    case "signalfd":
      return bind(block.call("signalfd4", [-1, block.words([0]), SIGSET_BYTES, 0], what));
    case "eventpoll":
      return bind(block.call("epoll_create1", [0], what));
    case "inotify":
      return bind(block.call("inotify_init1", [0], what));
    case "memfd":
      return bind(block.call("memfd_create", [block.text(resource.fileName ?? MEMFD_NAME), 0], what));
    default:
      return failed("SW-FALCO-SUITE", `${what}: a descriptor has a \`subtype\``);
  }
}

/** Opened as it is, or made. */
function file(block: Block, { name, filePath }: Resource, bound: Bindings): Result<Placed> {
  if (filePath == null || filePath === "") return failed("SW-FALCO-SUITE", `resource ${name}: needs a \`filePath\``);
  const isThere = existsSync(filePath);
  const flags = O_RDWR | (isThere ? 0 : O_CREAT);
  const fd = block.call("openat", [AT_FDCWD, block.text(filePath), flags, 0], `resource ${name}: openat`);
  bound.set(`${name}.fd`.toLowerCase(), fd);
  return ok({ ...NOTHING, folders: [parentOf(filePath)], files: isThere ? [] : [filePath] });
}

function directory(block: Block, { name, dirPath }: Resource, bound: Bindings): Result<Placed> {
  if (dirPath == null || dirPath === "") return failed("SW-FALCO-SUITE", `resource ${name}: needs a \`dirPath\``);
  const fd = block.call("openat", [AT_FDCWD, block.text(dirPath), O_DIRECTORY, 0], `resource ${name}: openat`);
  bound.set(`${name}.fd`.toLowerCase(), fd);
  return ok({ ...NOTHING, folders: [dirPath] });
}

function pipe(block: Block, { name }: Resource, bound: Bindings): Result<Placed> {
  const ends = block.space(16);
  block.call("pipe2", [ends, 0], `resource ${name}: pipe2`);
  bound.set(`${name}.readfd`.toLowerCase(), block.readInt(ends));
  bound.set(`${name}.writefd`.toLowerCase(), block.readInt(ends + 4));
  return ok(NOTHING);
}

const PROTOCOLS = {
  tcp4: { family: 2, type: SOCK_STREAM },
  tcp6: { family: 10, type: SOCK_STREAM },
  udp4: { family: 2, type: SOCK_DGRAM },
  udp6: { family: 10, type: SOCK_DGRAM },
  unix: { family: 1, type: SOCK_STREAM },
} as const;

/** Both ends in one process: a connection is complete before anybody accepts it (listen(2)). */
function clientServer(block: Block, resource: Resource, bound: Bindings, unixPath: string): Result<Placed> {
  const { name, l4Proto } = resource;
  const where = endpointOf(resource, unixPath);
  if (!where.ok) return failed(where.code, `resource ${name}: ${where.says}`);
  if (l4Proto == null) return failed("SW-FALCO-SUITE", `resource ${name}: needs a \`l4Proto\``);
  const { family, type } = PROTOCOLS[l4Proto];
  if (family !== where.value.family)
    return failed("SW-FALCO-SUITE", `resource ${name}: ${l4Proto} and the address are not of one kind`);
  const { bytes, host } = where.value;
  const address = block.data(bytes);
  const server = block.call("socket", [family, type | O_NONBLOCK, 0], `resource ${name}: socket of the server`);
  block.call("bind", [server, address, bytes.length], `resource ${name}: bind`);
  if (type === SOCK_STREAM) block.call("listen", [server, BACKLOG], `resource ${name}: listen`);
  const client = block.call("socket", [family, type, 0], `resource ${name}: socket of the client`);
  if (type === SOCK_STREAM) block.call("connect", [client, address, bytes.length], `resource ${name}: connect`);
  bound.set(`${name}.client.fd`.toLowerCase(), client);
  bound.set(`${name}.server.fd`.toLowerCase(), server);
  return ok({ ...NOTHING, files: family === 1 ? [unixPath] : [], hosts: host === "" ? [] : [host] });
}

function endpointOf({ l4Proto, address }: Resource, unixPath: string): Result<SocketAddress> {
  if (l4Proto !== "unix") return socketAddress(address ?? "");
  if (address != null && address !== "")
    return failed("SW-FALCO-SUITE", `the address of a unix socket is left out: ${printable(address, 60)}`);
  return unixAddress(unixPath);
}

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 1));
