import type { Scenario } from "./scenario.fixture.ts";

/** By the 32-bit entry (int 0x80), with the numbers of arch/x86/entry/syscalls/syscall_32.tbl. Texts are below 4 GB in a static program. */
export const NARROW: readonly Scenario[] = [
  {
    does: `call32(5, (long)"file", O_RDONLY, 0, 0, 0);`,
    told: [{ kind: "open.read", call: "open", entry: "32", path: "file", fd: { path: "HERE/file" } }],
  },
  {
    does: `call32(295, AT_FDCWD, (long)"none", O_RDONLY, 0, 0);`,
    told: [
      {
        kind: "open.failed",
        call: "openat",
        entry: "32",
        result: -2,
        path: "none",
        fd: { number: -100, path: "HERE" },
      },
    ],
  },
  {
    does: `call32(11, (long)"none", 0, 0, 0, 0);`,
    told: [{ kind: "exec.failed", call: "execve", entry: "32", path: "none" }],
  },
  {
    does: `call32(10, (long)"file", 0, 0, 0, 0);`,
    told: [{ kind: "unlink", call: "unlink", entry: "32", path: "file" }],
  },
  {
    does: `call32(213, 7, 0, 0, 0, 0);`,
    told: [{ kind: "setid", call: "setuid", entry: "32", args: [7, 0, 0, 0, 0, 0] }],
  },
  {
    does: `static unsigned a[] = { AF_INET, SOCK_DGRAM, 0 }; call32(102, 1, (long)a, 0, 0, 0);`,
    told: [
      {
        kind: "socket",
        call: "socket",
        entry: "32",
        args: [2, 2, 0, 0, 0, 0],
        fd: { type: "socket", socket: { family: "ipv4", type: 2 } },
      },
    ],
  },
  {
    does: `static unsigned a[3] = { 3, 0, 16 }; static struct sockaddr_in t = { AF_INET }; t.sin_port = htons(9); t.sin_addr.s_addr = htonl(0x7f000001); a[1] = (long)&t; socket(AF_INET, SOCK_DGRAM, 0); call32(102, 3, (long)a, 0, 0, 0);`,
    told: [{ kind: "connected", call: "connect", entry: "32", result: 0, address: { address: "127.0.0.1", port: 9 } }],
  },
  {
    does: `static struct sockaddr_in t = { AF_INET }; static unsigned m[7] = { 0, 16 }; t.sin_port = htons(9); t.sin_addr.s_addr = htonl(0x7f000001); m[0] = (long)&t; socket(AF_INET, SOCK_DGRAM, 0); call32(370, 3, (long)m, 0, 0, 0);`,
    told: [{ kind: "send", call: "sendmsg", entry: "32", address: { address: "127.0.0.1", port: 9 } }],
  },
];

/** Requests to an io_uring, which makes no system call of its own for each. The kernel adds O_LARGEFILE to their flags. */
export const URING: readonly Scenario[] = [
  {
    does: `uring(18, AT_FDCWD, "file", 0, 0, O_RDONLY);`,
    told: [
      {
        kind: "open.read",
        call: "openat",
        entry: "io_uring",
        result: 0,
        path: "file",
        args: [0xffffff9c, 0, undefined, 0, 0, 0],
        fd: { number: -100, path: "HERE" },
      },
    ],
  },
  {
    does: `uring(18, AT_FDCWD, "/dev/shm/../null", 0600, 0, O_CREAT | O_WRONLY);`,
    told: [
      {
        kind: "open.write",
        call: "openat",
        entry: "io_uring",
        path: "/dev/shm/../null",
        args: [0xffffff9c, 0, undefined, 0o600, 0, 0],
      },
    ],
  },
  {
    does: `struct { unsigned long long flags, mode, resolve; } how = { O_RDWR, 0, 0 }; uring(28, AT_FDCWD, "file", sizeof(how), (long)&how, 0);`,
    told: [
      {
        kind: "open.write",
        call: "openat2",
        entry: "io_uring",
        path: "file",
        args: [0xffffff9c, 0, 0, 0, undefined, 0],
      },
    ],
  },
  {
    does: `uring(36, AT_FDCWD, "file", 0, 0, 0); uring(35, AT_FDCWD, "sub", AT_FDCWD, (long)"moved", 0);`,
    told: [
      { kind: "unlink", call: "unlinkat", entry: "io_uring", path: "file", fd: { path: "HERE" } },
      { kind: "rename", call: "renameat2", path: "sub", path2: "moved" },
    ],
  },
  {
    does: `uring(38, AT_FDCWD, "/etc/shadow", 0, (long)"s", 0); uring(39, AT_FDCWD, "file", AT_FDCWD, (long)"hard", 0);`,
    told: [
      { kind: "symlink", call: "symlinkat", path: "/etc/shadow", path2: "s" },
      { kind: "link", call: "linkat", path: "file", path2: "hard" },
    ],
  },
  {
    does: `uring(45, AF_INET, 0, 0, SOCK_STREAM, 0); int c = socket(AF_INET, SOCK_DGRAM, 0); at.sin_port = htons(9); uring(16, c, &at, 0, sizeof(at), 0);`,
    told: [
      { kind: "socket", call: "socket", entry: "io_uring", args: [2, 1, 0, 0, 0, 0] },
      { kind: "socket", entry: "64" },
      {
        kind: "connected",
        call: "connect",
        entry: "io_uring",
        address: { address: "127.0.0.1", port: 9 },
        fd: { socket: { family: "ipv4", type: 2 } },
      },
    ],
  },
  {
    does: `int c = socket(AF_INET, SOCK_DGRAM, 0); at.sin_port = htons(9); struct msghdr m = { &at, sizeof(at) }; uring(9, c, &m, 1, 0, 0);`,
    told: [{ kind: "send", call: "sendmsg", entry: "io_uring", address: { address: "127.0.0.1", port: 9 } }],
  },
];
