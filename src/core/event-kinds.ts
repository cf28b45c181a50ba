/** Where events of a kind come from, which is also what they cost the host while they are wanted. */
export type EventSource =
  /** Tracepoints of the scheduler: nothing but forks, execs and exits pays. */
  | "task"
  /** Hooks of the root cgroup: nothing but the call itself pays. */
  | "cgroup"
  /** System calls: by a hook in the call itself where the kernel has trampolines, else by sys_exit, which every call pays. */
  | "call"
  /** Counted in the kernel, read in turns. */
  | "count"
  /** The entry of every system call, which every call pays; told is only what has no habit behind it. */
  | "entry";

/**
 * What goes first when the ring fills. "bulk" is refused above half, "important" above seven eighths, "vital" only
 * when it is full: who floods the ring with one kind does not hide the others.
 */
export type EventRank = "vital" | "important" | "bulk";

export interface EventSpec {
  /** `enum event_kind` in bpf/swarms.h; 0 where none reaches the ring. */
  readonly code: number;
  readonly source: EventSource;
  readonly rank: EventRank;
  readonly says: string;
}

/** Every kind of event. Displays, metrics, wants, losses and docs are made from this table. */
export const EVENTS = {
  exec: { code: 1, source: "task", rank: "vital", says: "a process began to run another program" },
  fork: { code: 2, source: "task", rank: "important", says: "a process was made (threads are not told)" },
  exit: { code: 3, source: "task", rank: "vital", says: "a process ended" },
  connect: { code: 4, source: "cgroup", rank: "important", says: "a connection over IP was asked for" },
  name: { code: 5, source: "task", rank: "bulk", says: "a process gave itself another name (prctl(2), PR_SET_NAME)" },
  "exec.failed": { code: 8, source: "call", rank: "important", says: "execve or execveat failed" },
  "open.read": { code: 9, source: "call", rank: "bulk", says: "a file was opened for reading" },
  "open.write": { code: 10, source: "call", rank: "bulk", says: "a file was opened for writing, created or truncated" },
  "open.failed": { code: 11, source: "call", rank: "bulk", says: "a file could not be opened" },
  rename: { code: 12, source: "call", rank: "bulk", says: "a file was renamed" },
  unlink: { code: 13, source: "call", rank: "bulk", says: "a file or folder was removed" },
  link: { code: 14, source: "call", rank: "bulk", says: "a hard link was made" },
  symlink: { code: 15, source: "call", rank: "bulk", says: "a symbolic link was made" },
  chmod: { code: 16, source: "call", rank: "bulk", says: "mode or owner of a file was changed" },
  socket: { code: 17, source: "call", rank: "bulk", says: "a socket was made" },
  connected: { code: 18, source: "call", rank: "important", says: "connect(2) returned, with its result, any family" },
  accept: { code: 19, source: "call", rank: "bulk", says: "a connection was accepted" },
  bind: { code: 20, source: "call", rank: "important", says: "a socket was bound to an address" },
  listen: { code: 21, source: "call", rank: "important", says: "a socket began to listen" },
  send: { code: 22, source: "call", rank: "bulk", says: "sendto or sendmsg with a destination" },
  setid: { code: 23, source: "call", rank: "important", says: "user or group ids were changed" },
  capset: { code: 24, source: "call", rank: "important", says: "capabilities were changed" },
  ptrace: { code: 25, source: "call", rank: "important", says: "a process traced or changed another" },
  "vm.access": {
    code: 26,
    source: "call",
    rank: "important",
    says: "the memory of another process was read or written",
  },
  namespace: { code: 27, source: "call", rank: "important", says: "setns, unshare, or clone into new namespaces" },
  mount: { code: 28, source: "call", rank: "important", says: "a file system was mounted, moved or unmounted" },
  module: { code: 29, source: "call", rank: "important", says: "a kernel module was loaded or removed" },
  bpf: { code: 30, source: "call", rank: "important", says: "bpf(2) loaded a program, made a map or attached" },
  io_uring: { code: 31, source: "call", rank: "important", says: "an io_uring was set up" },
  memfd: { code: 32, source: "call", rank: "important", says: "a file in memory was made (memfd_create)" },
  dup: { code: 33, source: "call", rank: "bulk", says: "a descriptor became standard input, output or error" },
  sequence: {
    code: 34,
    source: "entry",
    rank: "important",
    says: "system calls came in an order that is new for this executable, or many came of one that has no profile",
  },
  truncate: {
    code: 35,
    source: "call",
    rank: "bulk",
    says: "a file was cut to a length, or a part of it emptied (truncate, ftruncate, fallocate)",
  },
  writes: { code: 0, source: "count", rank: "bulk", says: "writes, bytes and truncations of a process in one turn" },
} as const satisfies Record<string, EventSpec>;

export type EventKind = keyof typeof EVENTS;
export const EVENT_KINDS = Object.keys(EVENTS) as EventKind[];

type From<S extends EventSource> = { [K in EventKind]: (typeof EVENTS)[K]["source"] extends S ? K : never }[EventKind];
/** Kinds that are system calls: all of one shape, `CallEvent`. */
export type CallKind = From<"call">;
export const CALL_KINDS = EVENT_KINDS.filter((kind): kind is CallKind => EVENTS[kind].source === "call");

/** The number each kind has in the kernel's records. */
export const EVENT_CODES = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, EVENTS[kind].code])) as {
  readonly [K in EventKind]: (typeof EVENTS)[K]["code"];
};

/** Codes are below this: the length of the kernel's counters (EVENT_CODE_LIMIT). */
export const EVENT_CODE_LIMIT = 40;

/** What is attached before anybody asks: processes are followed whatever the agents want. */
export const ALWAYS_WANTED = ["exec", "fork", "exit"] as const satisfies readonly EventKind[];

/** Kinds with a column of their own in every view; the others are shown where there are any. */
export const SHOWN_KINDS = ["exec", "fork", "exit", "connect"] as const satisfies readonly EventKind[];

export function noEvents(): Record<EventKind, number> {
  return Object.fromEntries(EVENT_KINDS.map((kind) => [kind, 0])) as Record<EventKind, number>;
}
