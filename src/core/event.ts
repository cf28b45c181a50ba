import type { ContainerRef, EndpointRef, FileRef, ProcessRef } from "./entity.ts";
import type { CallKind } from "./event-kinds.ts";

export { EVENT_CODES, EVENT_KINDS, type CallKind, type EventKind } from "./event-kinds.ts";

/** What every kernel event carries. */
export interface EventBase {
  /** CLOCK_BOOTTIME nanoseconds, as a double: exact to the microsecond for 200 years of uptime. */
  readonly atNs: number;
  readonly process: ProcessRef;
  /** The thread that acted; equals the pid for the first thread. Unknown from procfs. */
  readonly tid?: number;
  /** `task->comm`, made printable: a name that the process chose itself, never an identity. */
  readonly comm: string;
  readonly uid: number;
  /** Inode of the v2 cgroup directory (1 is the root). */
  readonly cgroupId: number;
  /** Inode of the directory in the hierarchy that holds the cpu controller; equals cgroupId on pure v2. */
  readonly cpuCgroupId: number;
}

/** Capability sets as 64-bit masks (capabilities(7)); exact as doubles, 41 capabilities exist. */
export interface CapabilitySets {
  readonly effective: number;
  readonly permitted: number;
  readonly inheritable: number;
}

/** Who a process acts as, at exec. */
export interface Credentials {
  readonly uid: number;
  readonly euid: number;
  readonly suid: number;
  readonly gid: number;
  readonly egid: number;
  /** Audit login uid (4294967295 where never set). */
  readonly loginUid: number;
  readonly caps: CapabilitySets;
}

/** What is special about a file. */
export interface FileTraits {
  /** In the upper layer of an overlay: changed since its container image was made. */
  readonly upperLayer: boolean;
  /** Without a name in any folder of disk: memfd_create(2). */
  readonly memfd: boolean;
  /** Its last name was removed (link count 0). */
  readonly deleted: boolean;
}

/** Who runs what, from where, with which rights. Of an exec as of that moment; of a look at procfs as it is then. */
export interface ExecDetails {
  /** Where the executable really is, resolved by the kernel's own links: not what was typed. Printable, cut at the front as ".../x" where over-long. */
  readonly exePath: string;
  /** Printable, one per argument. Procfs shows the process's own memory, which it may have overwritten. */
  readonly argv: readonly string[];
  /** Whether argv was longer than what is kept. */
  readonly argvCut: boolean;
  readonly cwd: string;
  /** Device number of the controlling terminal (major << 8 | minor), 0 where none. */
  readonly tty: number;
  /** Session leader's pid (setsid(2)). */
  readonly sid: number;
  readonly credentials: Credentials;
  readonly traits: FileTraits;
  /** Of a script, what runs it; "" for a program, and from procfs. */
  readonly interpreter: string;
}

/** One of a new program's first three descriptors. */
export interface StandardFd {
  readonly type: "closed" | "file" | "directory" | "pipe" | "socket" | "device" | "other";
  /** Inode; of a character device its number (major << 20 | minor). Two ends with the same are one thing. */
  readonly object: number;
  /** Of a socket, else "". */
  readonly family: SocketInfo["family"] | "";
}

/** What a program finds as standard input, output and error when it begins. */
export interface Stdio {
  readonly fds: readonly [StandardFd, StandardFd, StandardFd];
  /** Of the first that is an IP socket, the other end, where it is or was connected. */
  readonly remote?: EndpointRef;
  /** Its own port, 0 where there is none. */
  readonly localPort: number;
}

export interface ExecEvent extends EventBase {
  readonly kind: "exec";
  readonly parent: ProcessRef;
  /** As typed by the caller; relative, symlinked or lying. Made printable, at most 255 bytes. */
  readonly path: string;
  /** The file that really runs (the interpreter of a script). */
  readonly exe: FileRef;
  /** Inode change and modification time, milliseconds since the epoch. */
  readonly ctimeMs: number;
  readonly mtimeMs: number;
  /** Path of the v2 cgroup that cgroupId names; absent where it came from procfs. */
  readonly cgroup?: string;
  /** Where it came from procfs: what it shows at the look, absent where it may not be read. */
  readonly details?: ExecDetails;
  /** Absent where it came from procfs. */
  readonly stdio?: Stdio;
}

export interface ForkEvent extends EventBase {
  readonly kind: "fork";
  readonly child: ProcessRef;
  /** Flags of clone(2). Unknown from procfs. */
  readonly flags?: number;
}

export interface ExitEvent extends EventBase {
  readonly kind: "exit";
  /** Wait status as in wait(2): exit code << 8, or the signal's number. */
  readonly status: number;
}

export interface ConnectEvent extends EventBase {
  readonly kind: "connect";
  readonly family: "ipv4" | "ipv6";
  /** IP protocol (6 TCP, 17 UDP). */
  readonly protocol?: number;
  readonly to: EndpointRef;
}

export interface NameEvent extends EventBase {
  readonly kind: "name";
  /** The new name; `comm` is the old one. */
  readonly name: string;
}

/** A socket as the kernel knows it when the call returns. */
export interface SocketInfo {
  readonly family: "ipv4" | "ipv6" | "unix" | "netlink" | "packet" | "other";
  /** SOCK_STREAM 1, SOCK_DGRAM 2, ... (socket(2)). */
  readonly type: number;
  /** IP protocol. */
  readonly protocol: number;
  /** undefined where not bound or not connected. */
  readonly local?: EndpointRef;
  readonly remote?: EndpointRef;
  /** Of a unix socket, its path ("@..." abstract), else "". */
  readonly path: string;
}

/** What a descriptor stands for, read from the kernel's own objects. */
export interface FdInfo {
  readonly number: number;
  readonly type: "file" | "directory" | "pipe" | "socket" | "device" | "symlink" | "event" | "other";
  /** Where it really is, as ExecDetails.exePath; "" where it has none. */
  readonly path: string;
  readonly file: FileRef;
  /** st_mode. */
  readonly mode: number;
  readonly traits: FileTraits;
  readonly socket?: SocketInfo;
}

/** A system call that returned. Which fields are filled is told by its row in senses/calls/call-table.ts. */
export interface CallEvent extends EventBase {
  readonly kind: CallKind;
  /** Name as in syscalls(2): "openat2". */
  readonly call: string;
  /** How the kernel was entered. */
  readonly entry: "64" | "32" | "io_uring";
  /** Return value, or -errno. */
  readonly result: number;
  /** The six raw arguments, unsigned; above 2^53 rounded. */
  readonly args: readonly number[];
  /** Paths as typed, "" where the call has none. Another thread may have changed them since the kernel read them. */
  readonly path: string;
  readonly path2: string;
  readonly fd?: FdInfo;
  /** The address given by the caller, where one was. */
  readonly address?: EndpointRef;
  /** How many identical calls (same executable, object, lineage) since the last one that was told were counted instead. */
  readonly repeats: number;
}

/** What the order of a thread's system calls says of it: bpf/sequences.h. */
export interface SequenceEvent extends EventBase {
  readonly kind: "sequence";
  /** "unprofiled": many calls of an executable that has no profile. "learned": an order that was new and is known now. "departed": unknown orders, too many. */
  readonly told: "unprofiled" | "learned" | "departed";
  readonly exe: FileRef;
  /** Its inode change time, whole milliseconds since the epoch. */
  readonly changeMs: number;
  /** The thread's last calls, at most 14, the latest last: their numbers, those of 32-bit calls counted down from 511. */
  readonly calls: readonly number[];
  /** Share of unknown windows of the thread, 0 to 1, drawn to what is usual; of how many windows, and how many were unknown. */
  readonly mean: number;
  readonly windows: number;
  readonly misses: number;
}

/** What a process wrote in one turn: how fast, how much, and whether it looks like chance; not what. */
export interface WritesEvent extends EventBase {
  readonly kind: "writes";
  readonly overMs: number;
  readonly calls: number;
  readonly bytes: number;
  readonly truncations: number;
  /** Writes of which 64 bytes were looked at in the kernel, and those of them that look encrypted or compressed; from recordings of earlier versions absent. */
  readonly sampled?: number;
  readonly random?: number;
}

export type SensedEvent =
  | ExecEvent
  | ForkEvent
  | ExitEvent
  | ConnectEvent
  | NameEvent
  | CallEvent
  | SequenceEvent
  | WritesEvent;

/** A process that was running before the layer started, or whose events were lost: read from procfs. */
export interface SeenProcess {
  readonly process: ProcessRef;
  readonly parent: ProcessRef;
  readonly comm: string;
  readonly uid: number;
  readonly path: string;
  readonly exe: FileRef;
  readonly cgroup: string;
  /** By whichever hierarchy's path names one. */
  readonly container?: ContainerRef;
  /** Left out for kernel threads, and where procfs may not be read. */
  readonly details?: ExecDetails;
  /** Inode of that directory, so that events can be placed; 0 or left out where not known. */
  readonly cgroupId?: number;
  /** CLOCK_BOOTTIME nanoseconds just before this was read: every event from then on is newer. 0 where left out. */
  readonly atNs?: number;
  /** With the last of a look that left nobody out, when it began: who was not in it and was silent since is gone. */
  readonly lookNs?: number;
}
