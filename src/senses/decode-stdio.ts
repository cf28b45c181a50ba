import type { SocketInfo, StandardFd, Stdio } from "../core/event.ts";
import { destination } from "./decode-address.ts";
import { EXEC_STDIO, STDIO } from "./records.ts";

/** S_IFMT >> 12 (inode(7)). */
const TYPES: Readonly<Record<number, StandardFd["type"]>> = {
  0: "closed",
  1: "pipe",
  2: "device",
  4: "directory",
  6: "device",
  8: "file",
  12: "socket",
};
/** AF_* of socket(2). */
const FAMILIES: Readonly<Record<number, SocketInfo["family"]>> = {
  1: "unix",
  2: "ipv4",
  10: "ipv6",
  16: "netlink",
  17: "packet",
};
/** `struct exec_stdio` of bpf/swarms.h. Programs run in a loop have the same: what was decoded last is at hand. */
export class StdioDecoder {
  private readonly words = new Uint32Array(STDIO.bytes / 4);
  private last: Stdio | undefined;

  /** The record must be as long as `at + STDIO.bytes`. */
  at(records: Uint8Array, view: DataView, at: number): Stdio {
    let alike = this.last !== undefined;
    for (let word = 0; word < this.words.length; word++) {
      const value = view.getUint32(at + word * 4, true);
      if (this.words[word] !== value) alike = false;
      this.words[word] = value;
    }
    if (!alike || this.last === undefined) this.last = decodeStdio(records, view, at);
    return this.last;
  }
}

function decodeStdio(records: Uint8Array, view: DataView, at: number): Stdio {
  const fds = [fdAt(view, at, 0), fdAt(view, at, 1), fdAt(view, at, EXEC_STDIO - 1)] as const;
  const port = view.getUint16(at + STDIO.remote_port, true);
  const family = view.getUint8(at + STDIO.remote_family);
  // In whatever state: who closed its half still hears what the other one says.
  const remote = port !== 0 ? destination(family, records, port, at + STDIO.remote)?.to : undefined;
  return { fds, ...(remote !== undefined && { remote }), localPort: view.getUint16(at + STDIO.local_port, true) };
}

function fdAt(view: DataView, at: number, fd: number): StandardFd {
  const type = TYPES[view.getUint8(at + STDIO.type + fd)] ?? "other";
  const objectAt = at + STDIO.object + 8 * fd;
  return {
    type,
    object: view.getUint32(objectAt + 4, true) * 2 ** 32 + view.getUint32(objectAt, true),
    family: type === "socket" ? (FAMILIES[view.getUint8(at + STDIO.family + fd)] ?? "other") : "",
  };
}
