import type { CallRow } from "./call-row.ts";

const FALLOC_PUNCH_COLLAPSE_ZERO = 0x02 | 0x08 | 0x10;

/** Programs that could not be run; those that could are told by the scheduler's tracepoint. */
export const EXEC_CALLS: readonly CallRow[] = [
  {
    call: "execve",
    kind: "exec.failed",
    x64: [59, 520],
    i386: 11,
    arm64: 221,
    args: 3,
    rule: "failed",
    path: 0,
    relative: true,
  },
  {
    call: "execveat",
    kind: "exec.failed",
    x64: [322, 545],
    i386: 358,
    arm64: 281,
    args: 5,
    rule: "failed",
    path: 1,
    dir: 0,
  },
];

/** openat2(2): flags and mode of struct open_how stand in arguments 4 and 5. */
export const OPEN_CALLS: readonly CallRow[] = [
  {
    call: "open",
    kind: "open",
    x64: 2,
    i386: 5,
    args: 3,
    rule: "open",
    path: 0,
    relative: true,
    fd: "result",
    openFlags: 1,
  },
  {
    call: "openat",
    kind: "open",
    x64: 257,
    i386: 295,
    arm64: 56,
    uring: 18,
    args: 4,
    rule: "open",
    path: 1,
    dir: 0,
    fd: "result",
    openFlags: 2,
  },
  {
    call: "openat2",
    kind: "open",
    x64: 437,
    i386: 437,
    arm64: 437,
    uring: 28,
    args: 4,
    rule: "open",
    path: 1,
    dir: 0,
    fd: "result",
    words: { from: 2, count: 2, to: 4 },
    openFlags: 4,
  },
  { call: "creat", kind: "open", x64: 85, i386: 8, args: 2, rule: "open", path: 0, relative: true, fd: "result" },
  {
    call: "open_by_handle_at",
    kind: "open",
    x64: 304,
    i386: 342,
    arm64: 265,
    args: 3,
    rule: "open",
    fd: "result",
    openFlags: 2,
  },
];

export const CHANGE_CALLS: readonly CallRow[] = [
  { call: "rename", kind: "rename", x64: 82, i386: 38, args: 2, path: 0, path2: 1, relative: true },
  { call: "renameat", kind: "rename", x64: 264, i386: 302, arm64: 38, args: 4, path: 1, path2: 3, dir: 0 },
  { call: "renameat2", kind: "rename", x64: 316, i386: 353, arm64: 276, uring: 35, args: 5, path: 1, path2: 3, dir: 0 },
  { call: "unlink", kind: "unlink", x64: 87, i386: 10, args: 1, path: 0, relative: true },
  { call: "unlinkat", kind: "unlink", x64: 263, i386: 301, arm64: 35, uring: 36, args: 3, path: 1, dir: 0 },
  { call: "rmdir", kind: "unlink", x64: 84, i386: 40, args: 1, path: 0, relative: true },
  { call: "link", kind: "link", x64: 86, i386: 9, args: 2, path: 0, path2: 1, relative: true },
  { call: "linkat", kind: "link", x64: 265, i386: 303, arm64: 37, uring: 39, args: 5, path: 1, path2: 3, dir: 0 },
  { call: "symlink", kind: "symlink", x64: 88, i386: 83, args: 2, path: 0, path2: 1, relative: true },
  { call: "symlinkat", kind: "symlink", x64: 266, i386: 304, arm64: 36, uring: 38, args: 3, path: 0, path2: 2, dir: 1 },
  { call: "chmod", kind: "chmod", x64: 90, i386: 15, args: 2, path: 0, relative: true },
  { call: "fchmod", kind: "chmod", x64: 91, i386: 94, arm64: 52, args: 2, fd: 0 },
  { call: "fchmodat", kind: "chmod", x64: 268, i386: 306, arm64: 53, args: 3, path: 1, dir: 0 },
  { call: "fchmodat2", kind: "chmod", x64: 452, i386: 452, arm64: 452, args: 4, path: 1, dir: 0 },
  { call: "chown", kind: "chmod", x64: 92, i386: [182, 212], args: 3, path: 0, relative: true },
  { call: "fchown", kind: "chmod", x64: 93, i386: [95, 207], arm64: 55, args: 3, fd: 0 },
  { call: "lchown", kind: "chmod", x64: 94, i386: [16, 198], args: 3, path: 0, relative: true },
  { call: "fchownat", kind: "chmod", x64: 260, i386: 298, arm64: 54, args: 5, path: 1, dir: 0 },
];

export const DESCRIPTOR_CALLS: readonly CallRow[] = [
  { call: "memfd_create", kind: "memfd", x64: 319, i386: 356, arm64: 279, args: 2, path: 0, fd: "result" },
  { call: "memfd_secret", kind: "memfd", x64: 447, i386: 447, arm64: 447, args: 1, fd: "result" },
  { call: "dup", kind: "dup", x64: 32, i386: 41, arm64: 23, args: 1, rule: "standard", fd: "result" },
  { call: "dup2", kind: "dup", x64: 33, i386: 63, args: 2, rule: "standard", fd: "result" },
  { call: "dup3", kind: "dup", x64: 292, i386: 330, arm64: 24, args: 3, rule: "standard", fd: "result" },
  // F_DUPFD and F_DUPFD_CLOEXEC (include/uapi/linux/fcntl.h).
  {
    call: "fcntl",
    kind: "dup",
    x64: 72,
    i386: [55, 221],
    arm64: 25,
    args: 3,
    rule: "standard",
    fd: "result",
    only: { arg: 1, of: [0, 1030], above: 1024 },
  },
];

export const WRITE_CALLS: readonly CallRow[] = [
  { call: "write", kind: "writes", x64: 1, i386: 4, arm64: 64, args: 3, rule: "write", fd: 0, buffer: 1 },
  { call: "pwrite64", kind: "writes", x64: 18, i386: 181, arm64: 68, args: 4, rule: "write", fd: 0, buffer: 1 },
  { call: "writev", kind: "writes", x64: [20, 516], i386: 146, arm64: 66, args: 3, rule: "write", fd: 0 },
  { call: "pwritev", kind: "writes", x64: [296, 535], i386: 334, arm64: 70, args: 5, rule: "write", fd: 0 },
  { call: "pwritev2", kind: "writes", x64: [328, 547], i386: 379, arm64: 287, args: 6, rule: "write", fd: 0 },
  { call: "sendfile", kind: "writes", x64: 40, i386: [187, 239], arm64: 71, args: 4, rule: "write", fd: 0 },
  { call: "copy_file_range", kind: "writes", x64: 326, i386: 377, arm64: 285, args: 6, rule: "write", fd: 2 },
  { call: "splice", kind: "writes", x64: 275, i386: 313, arm64: 76, args: 6, rule: "write", fd: 2 },
];

/** Counted with the writes as well. */
export const TRUNCATE_CALLS: readonly CallRow[] = [
  {
    call: "truncate",
    kind: "truncate",
    x64: 76,
    i386: [92, 193],
    arm64: 45,
    args: 2,
    rule: "truncate",
    path: 0,
    relative: true,
  },
  { call: "ftruncate", kind: "truncate", x64: 77, i386: [93, 194], arm64: 46, args: 2, rule: "truncate", fd: 0 },
  {
    call: "fallocate",
    kind: "truncate",
    x64: 285,
    i386: 324,
    arm64: 47,
    args: 4,
    rule: "truncate",
    fd: 0,
    flags: { arg: 1, any: FALLOC_PUNCH_COLLAPSE_ZERO },
  },
];
