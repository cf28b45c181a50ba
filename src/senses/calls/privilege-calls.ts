import type { CallRow } from "./call-row.ts";

/** CLONE_NEW* of clone(2); CLONE_NEWTIME is a flag of clone3(2) and unshare(2) only. */
const CLONE_NEW = 0x7e02_0000;
const CLONE_NEWTIME = 0x80;

/** TRACEME, POKE*, SETREGS, ATTACH, SETFPREGS, SETREGSET, SEIZE: what traces or changes. Looking and going on are left out. */
const PTRACE_TOLD = [0, 4, 5, 6, 13, 15, 16, 0x4205, 0x4206];

/** MAP_CREATE, PROG_LOAD, OBJ_PIN, OBJ_GET, PROG_ATTACH, PROG_DETACH, RAW_TRACEPOINT_OPEN, BTF_LOAD, LINK_CREATE, _UPDATE, _DETACH (bpf(2)). */
const BPF_TOLD = [0, 5, 6, 7, 8, 9, 17, 18, 28, 29, 34];

/** PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_CAP_AMBIENT (prctl(2)). */
const PRCTL_CAPABILITIES = [8, 24, 28, 47];

const FSCONFIG_CREATE = [6, 7, 8];
const OPEN_TREE_CLONE = 1;

export const IDENTITY_CALLS: readonly CallRow[] = [
  { call: "setuid", kind: "setid", x64: 105, i386: [23, 213], arm64: 146, args: 1 },
  { call: "setgid", kind: "setid", x64: 106, i386: [46, 214], arm64: 144, args: 1 },
  { call: "setreuid", kind: "setid", x64: 113, i386: [70, 203], arm64: 145, args: 2 },
  { call: "setregid", kind: "setid", x64: 114, i386: [71, 204], arm64: 143, args: 2 },
  { call: "setresuid", kind: "setid", x64: 117, i386: [164, 208], arm64: 147, args: 3 },
  { call: "setresgid", kind: "setid", x64: 119, i386: [170, 210], arm64: 149, args: 3 },
  { call: "setfsuid", kind: "setid", x64: 122, i386: [138, 215], arm64: 151, args: 1 },
  { call: "setfsgid", kind: "setid", x64: 123, i386: [139, 216], arm64: 152, args: 1 },
  { call: "setgroups", kind: "setid", x64: 116, i386: [81, 206], arm64: 159, args: 2 },
  { call: "capset", kind: "capset", x64: 126, i386: 185, arm64: 91, args: 2, caps: 2 },
  { call: "prctl", kind: "capset", x64: 157, i386: 172, arm64: 167, args: 5, only: { arg: 0, of: PRCTL_CAPABILITIES } },
];

export const INTRUSION_CALLS: readonly CallRow[] = [
  {
    call: "ptrace",
    kind: "ptrace",
    x64: [101, 521],
    i386: 26,
    arm64: 117,
    args: 4,
    only: { arg: 0, of: PTRACE_TOLD, above: 0x4200 },
  },
  { call: "process_vm_readv", kind: "vm.access", x64: [310, 539], i386: 347, arm64: 270, args: 6 },
  { call: "process_vm_writev", kind: "vm.access", x64: [311, 540], i386: 348, arm64: 271, args: 6 },
  { call: "pidfd_getfd", kind: "vm.access", x64: 438, i386: 438, arm64: 438, args: 3, fd: "result" },
  { call: "process_madvise", kind: "vm.access", x64: 440, i386: 440, arm64: 440, args: 5 },
];

/** clone3(2): the flags of struct clone_args stand in argument 2. */
export const NAMESPACE_CALLS: readonly CallRow[] = [
  { call: "setns", kind: "namespace", x64: 308, i386: 346, arm64: 268, args: 2, fd: 0 },
  {
    call: "unshare",
    kind: "namespace",
    x64: 272,
    i386: 310,
    arm64: 97,
    args: 1,
    flags: { arg: 0, any: CLONE_NEW | CLONE_NEWTIME },
  },
  {
    call: "clone",
    kind: "namespace",
    x64: 56,
    i386: 120,
    arm64: 220,
    args: 5,
    rule: "caller",
    flags: { arg: 0, any: CLONE_NEW },
  },
  {
    call: "clone3",
    kind: "namespace",
    x64: 435,
    i386: 435,
    arm64: 435,
    args: 2,
    rule: "caller",
    words: { from: 0, count: 1, to: 2 },
    flags: { arg: 2, any: CLONE_NEW | CLONE_NEWTIME },
  },
];

export const MOUNT_CALLS: readonly CallRow[] = [
  { call: "mount", kind: "mount", x64: 165, i386: 21, arm64: 40, args: 5, path: 0, path2: 1, relative: true },
  { call: "umount2", kind: "mount", x64: 166, i386: 52, arm64: 39, args: 2, path: 0, relative: true },
  { call: "umount", kind: "mount", i386: 22, args: 1, path: 0, relative: true },
  { call: "move_mount", kind: "mount", x64: 429, i386: 429, arm64: 429, args: 5, path: 1, path2: 3, dir: 0 },
  { call: "fsopen", kind: "mount", x64: 430, i386: 430, arm64: 430, args: 2, path: 0, fd: "result" },
  {
    call: "fsconfig",
    kind: "mount",
    x64: 431,
    i386: 431,
    arm64: 431,
    args: 5,
    fd: 0,
    only: { arg: 1, of: FSCONFIG_CREATE },
  },
  { call: "fsmount", kind: "mount", x64: 432, i386: 432, arm64: 432, args: 3, fd: 0 },
  { call: "fspick", kind: "mount", x64: 433, i386: 433, arm64: 433, args: 3, path: 1, dir: 0 },
  {
    call: "open_tree",
    kind: "mount",
    x64: 428,
    i386: 428,
    arm64: 428,
    args: 3,
    path: 1,
    dir: 0,
    flags: { arg: 2, any: OPEN_TREE_CLONE },
  },
  { call: "open_tree_attr", kind: "mount", x64: 467, i386: 467, arm64: 467, args: 5, path: 1, dir: 0 },
  { call: "mount_setattr", kind: "mount", x64: 442, i386: 442, arm64: 442, args: 5, path: 1, dir: 0 },
  { call: "pivot_root", kind: "mount", x64: 155, i386: 217, arm64: 41, args: 2, path: 0, path2: 1, relative: true },
  { call: "chroot", kind: "mount", x64: 161, i386: 61, arm64: 51, args: 1, path: 0, relative: true },
];

/** delete_module(2): the path is the module's name. bpf(2): the first eight bytes of its structure stand in argument 3. */
export const KERNEL_CALLS: readonly CallRow[] = [
  { call: "init_module", kind: "module", x64: 175, i386: 128, arm64: 105, args: 3 },
  { call: "finit_module", kind: "module", x64: 313, i386: 350, arm64: 273, args: 3, fd: 0 },
  { call: "delete_module", kind: "module", x64: 176, i386: 129, arm64: 106, args: 2, path: 0 },
  {
    call: "bpf",
    kind: "bpf",
    x64: 321,
    i386: 357,
    arm64: 280,
    args: 3,
    words: { from: 1, count: 1, to: 3 },
    only: { arg: 0, of: BPF_TOLD },
  },
  { call: "io_uring_setup", kind: "io_uring", x64: 425, i386: 425, arm64: 425, args: 2, fd: "result" },
];
