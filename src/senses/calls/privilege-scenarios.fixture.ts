import type { Scenario } from "./scenario.fixture.ts";

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
