/** Names of flags as the kernel's headers have them (asm-generic/fcntl.h, linux/sched.h, linux/mount.h, sys/socket.h, linux/ptrace.h). */
type Flags = readonly (readonly [name: string, bit: number])[];

const ACCESS = ["O_RDONLY", "O_WRONLY", "O_RDWR"] as const;
const OPEN: Flags = [
  ["O_CREAT", 0o100],
  ["O_APPEND", 0o2000],
  ["O_DSYNC", 0o10000],
  ["O_EXCL", 0o200],
  ["O_NONBLOCK", 0o4000],
  ["O_SYNC", 0o4000000],
  ["O_TRUNC", 0o1000],
  ["O_DIRECT", 0o40000],
  ["O_DIRECTORY", 0o200000],
  ["O_LARGEFILE", 0o100000],
  ["O_NOFOLLOW", 0o400000],
  ["O_CLOEXEC", 0o2000000],
  ["O_TMPFILE", 0o20000000],
];

export const CLONE: Flags = [
  ["CLONE_NEWTIME", 0x80],
  ["CLONE_VM", 0x100],
  ["CLONE_FS", 0x200],
  ["CLONE_FILES", 0x400],
  ["CLONE_SIGHAND", 0x800],
  ["CLONE_PTRACE", 0x2000],
  ["CLONE_VFORK", 0x4000],
  ["CLONE_PARENT", 0x8000],
  ["CLONE_THREAD", 0x10000],
  ["CLONE_NEWNS", 0x20000],
  ["CLONE_NEWCGROUP", 0x2000000],
  ["CLONE_NEWUTS", 0x4000000],
  ["CLONE_NEWIPC", 0x8000000],
  ["CLONE_NEWUSER", 0x10000000],
  ["CLONE_NEWPID", 0x20000000],
  ["CLONE_NEWNET", 0x40000000],
];

export const MOUNT: Flags = [
  ["MS_RDONLY", 1],
  ["MS_NOSUID", 2],
  ["MS_NODEV", 4],
  ["MS_NOEXEC", 8],
  ["MS_SYNCHRONOUS", 16],
  ["MS_REMOUNT", 32],
  ["MS_BIND", 4096],
  ["MS_MOVE", 8192],
  ["MS_REC", 16384],
  ["MS_UNBINDABLE", 1 << 17],
  ["MS_PRIVATE", 1 << 18],
  ["MS_SLAVE", 1 << 19],
  ["MS_SHARED", 1 << 20],
];

export const MEMFD: Flags = [
  ["MFD_CLOEXEC", 1],
  ["MFD_ALLOW_SEALING", 2],
  ["MFD_HUGETLB", 4],
  ["MFD_NOEXEC_SEAL", 8],
  ["MFD_EXEC", 16],
];

/** chmod(2); what Falco writes for evt.arg.mode of it and its like, while open(2) has its mode in octal digits there too. */
const MODE: Flags = [
  ["S_IXOTH", 0o1],
  ["S_IWOTH", 0o2],
  ["S_IROTH", 0o4],
  ["S_IXGRP", 0o10],
  ["S_IWGRP", 0o20],
  ["S_IRGRP", 0o40],
  ["S_IXUSR", 0o100],
  ["S_IWUSR", 0o200],
  ["S_IRUSR", 0o400],
  ["S_ISVTX", 0o1000],
  ["S_ISGID", 0o2000],
  ["S_ISUID", 0o4000],
];

export const UNLINK: Flags = [["AT_REMOVEDIR", 0x200]];
export const LINK: Flags = [
  ["AT_SYMLINK_FOLLOW", 0x400],
  ["AT_EMPTY_PATH", 0x1000],
];
export const RENAME: Flags = [
  ["RENAME_NOREPLACE", 1],
  ["RENAME_EXCHANGE", 2],
  ["RENAME_WHITEOUT", 4],
];

/** socket(2), AF_*; what Falco writes for evt.arg.domain. */
const DOMAINS: Readonly<Record<number, string>> = {
  0: "AF_UNSPEC",
  1: "AF_LOCAL|AF_UNIX",
  2: "AF_INET",
  10: "AF_INET6",
  15: "AF_KEY",
  16: "AF_NETLINK",
  17: "AF_PACKET",
  29: "AF_CAN",
  31: "AF_BLUETOOTH",
  38: "AF_ALG",
  40: "AF_VSOCK",
  44: "AF_XDP",
};

/** ptrace(2). */
const PTRACE: Readonly<Record<number, string>> = {
  0: "PTRACE_TRACEME",
  1: "PTRACE_PEEKTEXT",
  2: "PTRACE_PEEKDATA",
  3: "PTRACE_PEEKUSR",
  4: "PTRACE_POKETEXT",
  5: "PTRACE_POKEDATA",
  6: "PTRACE_POKEUSR",
  7: "PTRACE_CONT",
  8: "PTRACE_KILL",
  9: "PTRACE_SINGLESTEP",
  12: "PTRACE_GETREGS",
  13: "PTRACE_SETREGS",
  14: "PTRACE_GETFPREGS",
  15: "PTRACE_SETFPREGS",
  16: "PTRACE_ATTACH",
  17: "PTRACE_DETACH",
  24: "PTRACE_SYSCALL",
  0x4200: "PTRACE_SETOPTIONS",
  0x4204: "PTRACE_GETREGSET",
  0x4205: "PTRACE_SETREGSET",
  0x4206: "PTRACE_SEIZE",
  0x4207: "PTRACE_INTERRUPT",
};

/** bpf(2), BPF_*. */
const BPF: Readonly<Record<number, string>> = {
  0: "BPF_MAP_CREATE",
  5: "BPF_PROG_LOAD",
  6: "BPF_OBJ_PIN",
  7: "BPF_OBJ_GET",
  8: "BPF_PROG_ATTACH",
  9: "BPF_PROG_DETACH",
  17: "BPF_RAW_TRACEPOINT_OPEN",
  18: "BPF_BTF_LOAD",
  28: "BPF_LINK_CREATE",
  29: "BPF_LINK_UPDATE",
  34: "BPF_LINK_DETACH",
};

export function openFlags(flags: number): string {
  const access = ACCESS[flags & 3] ?? "O_RDWR";
  // O_TMPFILE and O_SYNC hold the bits of O_DIRECTORY and O_DSYNC.
  return [access, ...named(OPEN, flags)].join("|");
}

export function flagNames(flags: Flags, value: number): string {
  const names = named(flags, value);
  return names.length === 0 ? "0" : names.join("|");
}

/** By arithmetic, since a flag may lie above bit 31. */
function named(flags: Flags, value: number): string[] {
  return flags.flatMap(([name, bit]) => (Math.floor(value / bit) % 2 === 1 ? [name] : []));
}

export function modeNames(mode: number): string {
  return flagNames(MODE, mode & 0o7777);
}

export function domainName(domain: number): string {
  return DOMAINS[domain] ?? String(domain);
}

export function ptraceName(request: number): string {
  return PTRACE[request] ?? String(request);
}

export function bpfName(command: number): string {
  return BPF[command] ?? String(command);
}

/** errno(3) names for Linux. */
const ERRNO = [
  "",
  "EPERM",
  "ENOENT",
  "ESRCH",
  "EINTR",
  "EIO",
  "ENXIO",
  "E2BIG",
  "ENOEXEC",
  "EBADF",
  "ECHILD",
  "EAGAIN",
  "ENOMEM",
  "EACCES",
  "EFAULT",
  "ENOTBLK",
  "EBUSY",
  "EEXIST",
  "EXDEV",
  "ENODEV",
  "ENOTDIR",
  "EISDIR",
  "EINVAL",
  "ENFILE",
  "EMFILE",
  "ENOTTY",
  "ETXTBSY",
  "EFBIG",
  "ENOSPC",
  "ESPIPE",
  "EROFS",
  "EMLINK",
  "EPIPE",
  "EDOM",
  "ERANGE",
  "EDEADLK",
  "ENAMETOOLONG",
  "ENOLCK",
  "ENOSYS",
  "ENOTEMPTY",
  "ELOOP",
] as const;
const LATER_ERRNO: Readonly<Record<number, string>> = {
  88: "ENOTSOCK",
  89: "EDESTADDRREQ",
  90: "EMSGSIZE",
  91: "EPROTOTYPE",
  92: "ENOPROTOOPT",
  93: "EPROTONOSUPPORT",
  94: "ESOCKTNOSUPPORT",
  95: "EOPNOTSUPP",
  97: "EAFNOSUPPORT",
  98: "EADDRINUSE",
  99: "EADDRNOTAVAIL",
  100: "ENETDOWN",
  101: "ENETUNREACH",
  103: "ECONNABORTED",
  104: "ECONNRESET",
  105: "ENOBUFS",
  106: "EISCONN",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  111: "ECONNREFUSED",
  112: "EHOSTDOWN",
  113: "EHOSTUNREACH",
  114: "EALREADY",
  115: "EINPROGRESS",
  116: "ESTALE",
  122: "EDQUOT",
  125: "ECANCELED",
};

/** "SUCCESS" for what is no failure. */
export function resultName(result: number): string {
  if (result >= 0) return "SUCCESS";
  return ERRNO[-result] || LATER_ERRNO[-result] || String(result);
}
