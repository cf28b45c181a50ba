/** Byte offsets of `struct call_record` in bpf/calls.h; a test compares every table here with the header. */
export const CALL = {
  result: 72,
  args: 80,
  repeats: 128,
  row: 132,
  entry: 133,
  parts: 134,
  path_len: 136,
  path2_len: 138,
  fd_path_len: 140,
  socket_path_len: 142,
  address_path_len: 143,
  bytes: 144,
} as const;

export const CALL_FD = { ino: 0, dev: 8, number: 12, mode: 16, traits: 18, anonymous: 19, bytes: 24 } as const;

export const CALL_SOCKET = {
  family: 0,
  type: 2,
  protocol: 4,
  local_port: 6,
  remote_port: 8,
  local: 16,
  remote: 32,
  bytes: 48,
} as const;

export const CALL_ADDRESS = { family: 0, port: 2, address: 8, bytes: 24 } as const;

/** `enum call_part`. */
export const PART = { fd: 1, socket: 2, address: 4 } as const;
export const PARTS_ALL = PART.fd | PART.socket | PART.address;

/** `enum call_entry`, in its order. */
export const ENTRIES = ["64", "32", "io_uring"] as const;

/** Bounds of what the kernel side writes: CALL_TEXT_LEN - 1, CALL_UNIX_LEN, PATH_WALK_LIMIT - 1. */
export const TEXT_MAX = 511;
export const UNIX_PATH_MAX = 108;
export const ARGS = 6;

/** `struct call_row`. */
export const ROW = {
  only: 0,
  only_from: 8,
  flags_any: 16,
  only_base: 20,
  only_arg: 22,
  flags_arg: 23,
  rule: 24,
  kind: 25,
  args: 26,
  path: 27,
  path2: 28,
  dir: 29,
  fd: 30,
  address: 31,
  message: 32,
  open_flags: 33,
  words_at: 34,
  words: 35,
  words_to: 36,
  caps: 37,
  relative: 38,
  buffer: 39,
  bytes: 40,
} as const;

export const CALL_NUMBERS = 1024;
export const CALL_ROWS = 256;
export const CALL_URING_OPCODES = 64;
export const CALL_SOCKETCALLS = 32;
export const CALL_FD_RESULT = 7;

/** `struct call_control`. */
export const CONTROL = {
  row_of: 0,
  row_of_uring: 4096,
  row_of_socketcall: 4160,
  wanted: 4192,
  rank: 4232,
  merged: 4272,
  rows: 4592,
  bytes: 4592 + CALL_ROWS * ROW.bytes,
} as const;

/** `enum call_rule`, in its order. */
export const RULES = [
  "always",
  "open",
  "failed",
  "succeeded",
  "standard",
  "caller",
  "destination",
  "write",
  "truncate",
  "socketcall",
] as const;

/** `struct write_key` and `struct write_count`. */
export const WRITE_KEY = { start_ns: 0, pid: 8, bytes: 16 } as const;
export const WRITE_COUNT = {
  calls: 0,
  bytes_written: 8,
  truncations: 16,
  sampled: 24,
  random: 32,
  cgroup_id: 40,
  cpu_cgroup_id: 48,
  comm: 56,
  uid: 72,
  bytes: 80,
} as const;

/** No record is longer: head, paths, parts and texts at their bounds are 1,994 bytes. */
export const CALL_BYTES_MAX = 2048;
