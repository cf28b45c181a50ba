import type { CallEvent, CallKind } from "../../core/event.ts";

type Told = { readonly [K in keyof CallEvent]?: unknown };

/** What a program does, in C, and what must be told of it: every event of the kinds named, in order. */
export interface Scenario {
  readonly does: string;
  readonly told: readonly ({ readonly kind: CallKind } & Told)[];
}

/** Where the scenarios run: folder `here` is put for HERE in paths. Made before each: `file` (5 bytes), folder `sub`. */
export const FILES: readonly Scenario[] = [
  {
    does: `syscall(SYS_openat, AT_FDCWD, "./file", O_RDONLY);`,
    told: [
      {
        kind: "open.read",
        call: "openat",
        entry: "64",
        result: 3,
        path: "./file",
        fd: { number: 3, type: "file", path: "HERE/file" },
      },
    ],
  },
  {
    does: `syscall(SYS_open, "file", O_RDWR);`,
    told: [{ kind: "open.write", call: "open", path: "file", fd: { path: "HERE/file" } }],
  },
  { does: `syscall(SYS_open, "file", O_RDONLY | O_TRUNC);`, told: [{ kind: "open.write", call: "open" }] },
  {
    does: `syscall(SYS_creat, "new", 0640);`,
    told: [{ kind: "open.write", call: "creat", fd: { path: "HERE/new", mode: 0o100640 } }],
  },
  {
    does: `struct { unsigned long long flags, mode, resolve; } how = { O_RDWR | O_CREAT, 0600, 0 }; syscall(SYS_openat2, AT_FDCWD, "two", &how, sizeof(how));`,
    told: [
      {
        kind: "open.write",
        call: "openat2",
        args: [0xffffff9c, undefined, undefined, 24, 0o102, 0o600],
        fd: { path: "HERE/two" },
      },
    ],
  },
  {
    does: `syscall(SYS_open, "sub", O_RDONLY | O_DIRECTORY);`,
    told: [{ kind: "open.read", fd: { type: "directory", path: "HERE/sub" } }],
  },
  {
    does: `int d = open("sub", O_PATH); syscall(SYS_openat, d, "../none", O_RDONLY);`,
    told: [{ kind: "open.failed", call: "openat", result: -2, path: "../none", fd: { number: 3, path: "HERE/sub" } }],
  },
  {
    does: `symlink("file", "to"); open("to", O_RDONLY);`,
    told: [{ kind: "open.read", path: "to", fd: { path: "HERE/file" } }],
  },
  {
    does: `int f = open("file", O_RDONLY); unlink("file"); char p[32]; sprintf(p, "/proc/self/fd/%d", f); open(p, O_RDWR);`,
    told: [
      { kind: "open.read", fd: { traits: { deleted: false } } },
      {
        kind: "open.write",
        path: "/proc/self/fd/3",
        fd: { traits: { deleted: true, memfd: false, upperLayer: false } },
      },
    ],
  },
  {
    does: `syscall(SYS_rename, "file", "moved");`,
    told: [
      {
        kind: "rename",
        call: "rename",
        result: 0,
        path: "file",
        path2: "moved",
        fd: { number: -100, type: "directory", path: "HERE" },
      },
    ],
  },
  {
    does: `int d = open("sub", O_PATH); syscall(SYS_renameat, d, "../file", d, "in");`,
    told: [{ kind: "rename", call: "renameat", path: "../file", path2: "in", fd: { number: 3, path: "HERE/sub" } }],
  },
  {
    does: `syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "sub", 1);`,
    told: [
      { kind: "rename", call: "renameat2", result: -17, args: [undefined, undefined, undefined, undefined, 1, 0] },
    ],
  },
  { does: `syscall(SYS_unlink, "file");`, told: [{ kind: "unlink", call: "unlink", result: 0, path: "file" }] },
  {
    does: `syscall(SYS_unlinkat, AT_FDCWD, "sub", 0x200);`,
    told: [{ kind: "unlink", call: "unlinkat", result: 0, path: "sub" }],
  },
  { does: `syscall(SYS_rmdir, "/none");`, told: [{ kind: "unlink", call: "rmdir", result: -2, path: "/none" }] },
  {
    does: `syscall(SYS_link, "file", "hard"); syscall(SYS_linkat, AT_FDCWD, "file", AT_FDCWD, "hard2", 0);`,
    told: [
      { kind: "link", call: "link", path: "file", path2: "hard" },
      { kind: "link", call: "linkat", path2: "hard2" },
    ],
  },
  {
    does: `syscall(SYS_symlink, "/etc/shadow", "s1"); syscall(SYS_symlinkat, "/etc/shadow", AT_FDCWD, "s2");`,
    told: [
      { kind: "symlink", call: "symlink", path: "/etc/shadow", path2: "s1" },
      { kind: "symlink", call: "symlinkat", path2: "s2" },
    ],
  },
  {
    does: `int f = open("file", O_RDWR); syscall(SYS_chmod, "file", 0755); syscall(SYS_fchmod, f, 04755); syscall(SYS_fchmodat, AT_FDCWD, "file", 0600); syscall(452, AT_FDCWD, "file", 0644, 0);`,
    told: [
      { kind: "chmod", call: "chmod", args: [undefined, 0o755, 0, 0, 0, 0] },
      { kind: "chmod", call: "fchmod", fd: { path: "HERE/file", mode: 0o104755 } },
      { kind: "chmod", call: "fchmodat" },
      { kind: "chmod", call: "fchmodat2" },
    ],
  },
  {
    does: `int f = open("file", O_RDWR); syscall(SYS_chown, "file", 1, 1); syscall(SYS_lchown, "file", 2, 2); syscall(SYS_fchown, f, 3, 3); syscall(SYS_fchownat, AT_FDCWD, "file", 4, 4, 0);`,
    told: ["chown", "lchown", "fchown", "fchownat"].map((call) => ({ kind: "chmod", call })),
  },
  {
    does: `char *none[] = { 0 }; syscall(SYS_execve, "./file", none, none); syscall(SYS_execveat, AT_FDCWD, "gone", none, none, 0);`,
    told: [
      { kind: "exec.failed", call: "execve", result: -13, path: "./file" },
      { kind: "exec.failed", call: "execveat", result: -2, path: "gone" },
    ],
  },
  {
    does: `syscall(SYS_memfd_create, "hidden\\033[31m", 0);`,
    told: [
      { kind: "memfd", call: "memfd_create", path: "hidden\\x1b[31m", fd: { number: 3, traits: { memfd: true } } },
    ],
  },
  {
    does: `int f = open("file", O_RDWR); dup(f); dup2(f, 7); dup2(f, 0); dup3(f, 1, 0); close(0); fcntl(f, F_DUPFD, 0); fcntl(f, F_DUPFD, 8);`,
    told: [
      { kind: "dup", call: "dup2", result: 0, fd: { number: 0, path: "HERE/file" } },
      { kind: "dup", call: "dup3", result: 1 },
      { kind: "dup", call: "fcntl", result: 0 },
    ],
  },
];

export const NETWORK: readonly Scenario[] = [
  {
    does: `syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);`,
    told: [
      {
        kind: "socket",
        call: "socket",
        args: [2, 1, 0, 0, 0, 0],
        fd: { type: "socket", path: "", socket: { family: "ipv4", type: 1, protocol: 6, path: "" } },
      },
    ],
  },
  {
    does: `int p[2]; socketpair(AF_UNIX, SOCK_DGRAM, 0, p);`,
    told: [{ kind: "socket", call: "socketpair", result: 0 }],
  },
  {
    does: `int s = tcp(), c = socket(AF_INET, SOCK_STREAM, 0); connect(c, (void *)&at, sizeof(at)); close(s);`,
    told: [
      {
        kind: "connected",
        call: "connect",
        result: 0,
        address: { address: "127.0.0.1" },
        fd: { socket: { remote: { address: "127.0.0.1" }, local: { address: "127.0.0.1" } } },
      },
    ],
  },
  {
    does: `int c = socket(AF_INET6, SOCK_STREAM, 0); struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(1) }; a.sin6_addr.s6_addr[15] = 1; connect(c, (void *)&a, sizeof(a));`,
    told: [
      { kind: "connected", result: -111, address: { address: "::1", port: 1 }, fd: { socket: { family: "ipv6" } } },
    ],
  },
  {
    does: `int c = socket(AF_UNIX, SOCK_STREAM, 0); struct sockaddr_un a = { AF_UNIX, "/run/none" }; connect(c, (void *)&a, sizeof(a));`,
    told: [
      { kind: "connected", result: -2, address: { address: "/run/none", port: 0 }, fd: { socket: { family: "unix" } } },
    ],
  },
  {
    does: `int s = socket(AF_UNIX, SOCK_STREAM, 0); struct sockaddr_un a = { AF_UNIX, "\\0swarms-test" }; bind(s, (void *)&a, 14); listen(s, 3);`,
    told: [
      { kind: "bind", address: { address: "@swarms-test" }, fd: { socket: { path: "@swarms-test" } } },
      { kind: "listen", args: [3, 3, 0, 0, 0, 0], fd: { socket: { path: "@swarms-test" } } },
    ],
  },
  {
    does: `int s = tcp(), c = socket(AF_INET, SOCK_STREAM, 0); connect(c, (void *)&at, sizeof(at)); syscall(SYS_accept4, s, 0, 0, 0); fcntl(s, F_SETFL, O_NONBLOCK); accept(s, 0, 0);`,
    told: [
      { kind: "bind", call: "bind", address: { address: "127.0.0.1", port: 0 } },
      { kind: "listen" },
      {
        kind: "accept",
        call: "accept4",
        result: 5,
        fd: { number: 5, socket: { family: "ipv4", remote: { address: "127.0.0.1" } } },
      },
    ],
  },
  {
    does: `int u = socket(AF_INET, SOCK_DGRAM, 0); at.sin_port = htons(9); sendto(u, "x", 1, 0, (void *)&at, sizeof(at)); connect(u, (void *)&at, sizeof(at)); send(u, "x", 1, 0);`,
    told: [
      {
        kind: "send",
        call: "sendto",
        result: 1,
        address: { address: "127.0.0.1", port: 9 },
        fd: { socket: { protocol: 17 } },
      },
    ],
  },
  {
    does: `int u = socket(AF_INET, SOCK_DGRAM, 0); at.sin_port = htons(9); struct mmsghdr m = { { &at, sizeof(at), 0, 0, 0, 0, 0 }, 0 }; sendmsg(u, &m.msg_hdr, 0); sendmmsg(u, &m, 1, 0);`,
    told: [
      { kind: "send", call: "sendmsg", address: { address: "127.0.0.1", port: 9 } },
      { kind: "send", call: "sendmmsg", address: { port: 9 } },
    ],
  },
];

export const PRIVILEGE: readonly Scenario[] = [
  {
    does: `syscall(SYS_setgroups, 0, 0); syscall(SYS_setregid, 7, 7); syscall(SYS_setresgid, 7, 7, 7); syscall(SYS_setfsgid, 7); syscall(SYS_setgid, 7); syscall(SYS_setfsuid, 0); syscall(SYS_setreuid, 0, 0); syscall(SYS_setresuid, 7, 7, 7); syscall(SYS_setuid, 0);`,
    told: [
      "setgroups",
      "setregid",
      "setresgid",
      "setfsgid",
      "setgid",
      "setfsuid",
      "setreuid",
      "setresuid",
      "setuid",
    ].map((call) => ({
      kind: "setid",
      call,
      ...(call === "setuid" && { result: -1, args: [0, 0, 0, 0, 0, 0], uid: 7 }),
    })),
  },
  {
    does: `struct { unsigned version; int pid; } h = { 0x20080522, 0 }; unsigned d[6] = { 1 << 5, 1 << 5, 0, 0, 0, 0 }; syscall(SYS_capset, &h, d); prctl(PR_CAPBSET_DROP, 5); prctl(PR_SET_NAME, "caller");`,
    told: [
      { kind: "capset", call: "capset", result: 0, args: [undefined, undefined, 32, 32, 0, 0] },
      { kind: "capset", call: "prctl", args: [24, 5, undefined, undefined, undefined, 0] },
    ],
  },
  {
    does: `syscall(SYS_ptrace, 0, 0, 0, 0); syscall(SYS_ptrace, 3, 1 << 22, 0, 0); syscall(SYS_ptrace, 0x4206, 1 << 22, 0, 0);`,
    told: [
      { kind: "ptrace", result: 0, args: [0, 0, 0, 0, 0, 0] },
      { kind: "ptrace", result: -3, args: [0x4206, 1 << 22, 0, 0, 0, 0] },
    ],
  },
  {
    does: `char a[8], b[8]; struct iovec l = { a, 8 }, r = { b, 8 }; process_vm_readv(getpid(), &l, 1, &r, 1, 0); process_vm_writev(getpid(), &l, 1, &r, 1, 0); int p = syscall(434, getpid(), 0); syscall(438, p, 0, 0); syscall(440, p, &l, 1, 4, 0);`,
    told: [
      { kind: "vm.access", call: "process_vm_readv", result: 8 },
      { kind: "vm.access", call: "process_vm_writev", result: 8 },
      { kind: "vm.access", call: "pidfd_getfd", result: 4, fd: { number: 4 } },
      { kind: "vm.access", call: "process_madvise" },
    ],
  },
  {
    does: `int n = open("/proc/self/ns/uts", O_RDONLY); setns(n, 0); unshare(CLONE_NEWUTS); unshare(CLONE_FILES); if (syscall(SYS_clone, CLONE_NEWIPC | SIGCHLD, 0, 0, 0, 0) == 0) _exit(0); struct { unsigned long long flags, rest[7]; } c = { CLONE_NEWUTS, { 0, 0, 0, SIGCHLD } }; if (syscall(435, &c, sizeof(c)) == 0) _exit(0); if (fork() == 0) _exit(0);`,
    told: [
      { kind: "namespace", call: "setns", result: 0, fd: { number: 3 } },
      { kind: "namespace", call: "unshare", args: [0x04000000, 0, 0, 0, 0, 0] },
      { kind: "namespace", call: "clone" },
      { kind: "namespace", call: "clone3", args: [undefined, 64, 0x04000000, 0, 0, 0] },
    ],
  },
  {
    does: `mount("none", "./gone", "tmpfs", 0, 0); umount2("./gone", 1); int f = syscall(430, "tmpfs", 0); syscall(431, f, 6, 0, 0, 0); syscall(432, f, 0, 0); syscall(433, -5, "x", 0); syscall(429, -5, "a", -5, "b", 0); syscall(428, AT_FDCWD, "gone", 0); syscall(428, AT_FDCWD, "gone", 1); syscall(442, AT_FDCWD, "gone", 0, 0, 0); syscall(SYS_pivot_root, "gone", "gone"); chroot("gone");`,
    told: [
      "mount",
      "umount2",
      "fsopen",
      "fsconfig",
      "fsmount",
      "fspick",
      "move_mount",
      "open_tree",
      "mount_setattr",
      "pivot_root",
      "chroot",
    ].map((call) => ({
      kind: "mount",
      call,
      ...(call === "mount" && { result: -2, path: "none", path2: "./gone" }),
      ...(call === "fsopen" && { path: "tmpfs" }),
    })),
  },
  {
    does: `syscall(SYS_init_module, 0, 0, ""); syscall(SYS_finit_module, -1, "", 0); syscall(SYS_delete_module, "swarms_none", 0);`,
    told: [
      { kind: "module", call: "init_module" },
      { kind: "module", call: "finit_module" },
      { kind: "module", call: "delete_module", path: "swarms_none" },
    ],
  },
  {
    does: `unsigned a[32] = { 2, 4, 4, 1 }; syscall(SYS_bpf, 0, a, sizeof(a)); syscall(SYS_bpf, 1, a, sizeof(a));`,
    told: [{ kind: "bpf", call: "bpf", args: [0, undefined, 128, 4 * 2 ** 32 + 2, 0, 0] }],
  },
  { does: `char p[256] = { 0 }; syscall(425, 4, p);`, told: [{ kind: "io_uring", call: "io_uring_setup" }] },
];

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
