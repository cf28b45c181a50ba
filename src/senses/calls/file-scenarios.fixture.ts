import type { Scenario } from "./scenario.fixture.ts";

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
    does: `int d = open("sub", O_PATH); symlinkat("/etc/shadow", d, "s3"); chdir("sub"); symlink("/etc/shadow", "s4");`,
    told: [
      { kind: "symlink", call: "symlinkat", path: "/etc/shadow", path2: "s3", fd: { number: 3, path: "HERE/sub" } },
      { kind: "symlink", call: "symlink", path2: "s4", fd: { number: -100, path: "HERE/sub" } },
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
  {
    does: `int f = open("file", O_RDWR), p[2]; pipe(p); truncate("file", 3); ftruncate(f, 2); ftruncate(f, 4); ftruncate(f, 0); ftruncate(p[1], 0); truncate("none", 0); fallocate(f, 0, 0, 8); fallocate(f, 3, 0, 4);`,
    told: [
      { kind: "truncate", call: "truncate", path: "file", args: [undefined, 3, 0, 0, 0, 0], fd: { path: "HERE" } },
      { kind: "truncate", call: "ftruncate", path: "", args: [3, 2, 0, 0, 0, 0], fd: { number: 3, path: "HERE/file" } },
      // Another length is no other fact, but nothing is.
      { kind: "truncate", call: "ftruncate", args: [3, 0, 0, 0, 0, 0] },
    ],
  },
];
