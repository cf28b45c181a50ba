/** Kinds of bpf/events.bpf.c. */
export type FixedKind = "exec" | "fork" | "exit" | "connect" | "name";

/** Byte offsets of `struct record_head` in bpf/swarms.h; a test compares every table here with the built objects. */
export const HEAD = {
  kind: 0,
  size: 2,
  pid: 4,
  at_ns: 8,
  seq: 16,
  cgroup_id: 24,
  cpu_cgroup_id: 32,
  start_ns: 40,
  comm: 48,
  uid: 64,
  tid: 68,
  bytes: 72,
} as const;

/** Behind it the texts, each as long as its `_len` says: path, exe, cwd, interp, cgroup, argv. */
export const EXEC = {
  parent_start_ns: 72,
  stdio: 80,
  ino: 136,
  ctime_s: 144,
  mtime_s: 152,
  ctime_ns: 160,
  mtime_ns: 164,
  parent_pid: 168,
  dev: 172,
  caps_effective: 176,
  caps_permitted: 184,
  caps_inheritable: 192,
  euid: 200,
  suid: 204,
  gid: 208,
  egid: 212,
  login_uid: 216,
  tty: 220,
  sid: 224,
  flags: 228,
  path_len: 232,
  exe_len: 234,
  cwd_len: 236,
  interp_len: 238,
  cgroup_len: 240,
  argv_len: 242,
  bytes: 248,
} as const;

/** `struct exec_stdio`, from EXEC.stdio on; where there is more than one of a kind, the first. */
export const STDIO = {
  object: 0,
  remote: 24,
  type: 40,
  family: 43,
  socket_state: 46,
  remote_family: 47,
  local_port: 48,
  remote_port: 50,
  bytes: 56,
} as const;
export const EXEC_STDIO = 3;

/** `enum file_trait` of bpf/traits.h. */
export const TRAIT = { upperLayer: 1, memfd: 2, deleted: 4 } as const;
export const EXEC_ARGV_CUT = 0x100;
export const EXEC_RECORD_MAX = 1840;

export const FORK = { child_start_ns: 72, clone_flags: 80, child_pid: 88, bytes: 96 } as const;

export const EXIT_RECORD = { status: 72, bytes: 80 } as const;

export const CONNECT = { family: 72, port: 74, protocol: 76, address: 80, bytes: 96 } as const;

export const NAME = { name: 72, bytes: 88 } as const;

export const COMM_BYTES = 16;
export const PATH_BYTES = 256;

/** Length of each kind's record: exact, but of exec, whose texts follow. */
export const RECORD_BYTES: Readonly<Record<FixedKind, number>> = {
  exec: EXEC.bytes,
  fork: FORK.bytes,
  exit: EXIT_RECORD.bytes,
  connect: CONNECT.bytes,
  name: NAME.bytes,
};

/** `struct event_counters`: u64 by event code. */
export const COUNTERS = { made: 0, lost: 320, bytes: 640 } as const;

/** `struct runq_state`, its parts, and the limits that its code uses. */
export const RUNQ_STATE = { owners: 0, unplaced: 4096, running: 4160, queued: 69696, bytes: 593984 } as const;
export const RUNQ_RUNNING = { since_ns: 0, group: 8, bytes: 64 } as const;
export const RUNQ_CELL = { delay_ns: 0, on_cpu_ns: 8, sleeps: 16, buckets: 64, bursts: 704, bytes: 1344 } as const;
export const RUNQ_GROUPS = 512;
export const RUNQ_CPUS = 1024;
export const RUNQ_BUCKETS = 160;
export const RUNQ_SHARDS_MAX = 16;
