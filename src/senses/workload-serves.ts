import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { join } from "node:path";

/** Processes of a group, and descriptors of each, that are looked at. */
const MAX_PROCESSES = 16;
const MAX_DESCRIPTORS = 256;
/** Of TCP the kernel lists listening sockets before all others (net/ipv4/tcp_ipv4.c, tcp_get_idx): the beginning is enough. */
const MAX_TABLE_BYTES = 1 << 18;

/** TCP_LISTEN in the fourth column, and the inode in the tenth (proc_pid_net(5)). */
const TCP_LISTENS = /^ *\d+: \S+ \S+ 0A \S+ \S+ \S+ +\S+ +\S+ (\d+)/;
/** SO_ACCEPTCON in the fourth column. */
const UNIX_LISTENS = /^[0-9a-f]+: \S+ \S+ 00010000 \S+ \S+ +(\d+)/;

/**
 * Whether some of the processes holds a socket that accepts connections. Undefined where none of them may be looked
 * into: that takes the same user, or CAP_SYS_PTRACE. Costs a few reads a process: ask rarely.
 */
export function acceptsConnections(pids: readonly number[], procRoot: string): boolean | undefined {
  const tables = new Map<string, ReadonlySet<string>>();
  let looked = false;
  for (const pid of pids.slice(0, MAX_PROCESSES)) {
    const sockets = socketsOf(pid, procRoot);
    if (sockets === undefined) continue;
    looked = true;
    if (sockets.length === 0) continue;
    const namespace = linkOf(join(procRoot, String(pid), "ns/net")) ?? `of ${pid}`;
    const listening = tables.get(namespace) ?? listeningSockets(pid, procRoot);
    tables.set(namespace, listening);
    if (sockets.some((inode) => listening.has(inode))) return true;
  }
  return looked ? false : undefined;
}

function socketsOf(pid: number, procRoot: string): string[] | undefined {
  const dir = join(procRoot, String(pid), "fd");
  try {
    return readdirSync(dir)
      .slice(0, MAX_DESCRIPTORS)
      .flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(join(dir, fd)) ?? "")?.[1] ?? []);
  } catch {
    return undefined;
  }
}

function listeningSockets(pid: number, procRoot: string): ReadonlySet<string> {
  const net = join(procRoot, String(pid), "net");
  const inodes = new Set<string>();
  for (const [table, row] of [
    ["tcp", TCP_LISTENS],
    ["tcp6", TCP_LISTENS],
    ["unix", UNIX_LISTENS],
  ] as const)
    for (const line of beginningOf(join(net, table)).split("\n")) {
      const inode = row.exec(line)?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  return inodes;
}

/** One read gives at most a page of these files, so it takes several. */
function beginningOf(path: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const bytes = new Uint8Array(MAX_TABLE_BYTES);
    let length = 0;
    for (let got = -1; got !== 0 && length < bytes.length; length += got)
      got = readSync(fd, bytes, length, bytes.length - length, null);
    return new TextDecoder().decode(bytes.subarray(0, length));
  } catch {
    return "";
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
