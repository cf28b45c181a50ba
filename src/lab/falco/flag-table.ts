import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { constants } from "node:os";

export type Flags = Readonly<Record<string, number>>;

/** asm-generic/fcntl.h with x86's values; O_LARGEFILE is 0 for programs of 64 bits, but what is named is passed on. */
export const OPEN_FLAGS: Flags = {
  O_ACCMODE: 0o3,
  O_RDONLY: 0,
  O_WRONLY: 0o1,
  O_RDWR: 0o2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_NDELAY: 0o4000,
  O_DSYNC: 0o10000,
  O_ASYNC: 0o20000,
  O_DIRECT: 0o40000,
  O_LARGEFILE: 0,
  O_DIRECTORY: 0o200000,
  O_NOFOLLOW: 0o400000,
  O_NOATIME: 0o1000000,
  O_CLOEXEC: 0o2000000,
  O_SYNC: 0o4010000,
  O_FSYNC: 0o4010000,
  O_RSYNC: 0o4010000,
  O_PATH: 0o10000000,
  O_TMPFILE: 0o20200000,
};

export const MODES: Flags = {
  S_ISUID: 0o4000,
  S_ISGID: 0o2000,
  S_ISVTX: 0o1000,
  S_IRWXU: 0o700,
  S_IRUSR: 0o400,
  S_IWUSR: 0o200,
  S_IXUSR: 0o100,
  S_IRWXG: 0o70,
  S_IRGRP: 0o40,
  S_IWGRP: 0o20,
  S_IXGRP: 0o10,
  S_IRWXO: 0o7,
  S_IROTH: 0o4,
  S_IWOTH: 0o2,
  S_IXOTH: 0o1,
};

/** linux/openat2.h. */
export const RESOLVE_FLAGS: Flags = {
  RESOLVE_NO_XDEV: 0x1,
  RESOLVE_NO_MAGICLINKS: 0x2,
  RESOLVE_NO_SYMLINKS: 0x4,
  RESOLVE_BENEATH: 0x8,
  RESOLVE_IN_ROOT: 0x10,
  RESOLVE_CACHED: 0x20,
};

export const LINKAT_FLAGS: Flags = { AT_SYMLINK_FOLLOW: 0x400, AT_EMPTY_PATH: 0x1000 };

/** linux/module.h. */
export const MODULE_FLAGS: Flags = {
  MODULE_INIT_IGNORE_MODVERSIONS: 1,
  MODULE_INIT_IGNORE_VERMAGIC: 2,
  MODULE_INIT_COMPRESSED_FILE: 4,
};

/** bits/socket.h. */
export const DOMAINS: Flags = {
  AF_UNSPEC: 0,
  AF_UNIX: 1,
  AF_LOCAL: 1,
  AF_INET: 2,
  AF_AX25: 3,
  AF_IPX: 4,
  AF_APPLETALK: 5,
  AF_X25: 9,
  AF_INET6: 10,
  AF_DECnet: 12,
  AF_KEY: 15,
  AF_NETLINK: 16,
  AF_PACKET: 17,
  AF_RDS: 21,
  AF_PPPOX: 24,
  AF_LLC: 26,
  AF_IB: 27,
  AF_MPLS: 28,
  AF_CAN: 29,
  AF_TIPC: 30,
  AF_BLUETOOTH: 31,
  AF_ALG: 38,
  AF_VSOCK: 40,
  AF_KCM: 41,
  AF_XDP: 44,
};

export const SOCKET_TYPES: Flags = {
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_RDM: 4,
  SOCK_SEQPACKET: 5,
  SOCK_DCCP: 6,
  SOCK_PACKET: 10,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,
};

/** linux/in.h. */
export const PROTOCOLS: Flags = {
  IPPROTO_IP: 0,
  IPPROTO_ICMP: 1,
  IPPROTO_IGMP: 2,
  IPPROTO_TCP: 6,
  IPPROTO_UDP: 17,
  IPPROTO_IPV6: 41,
  IPPROTO_GRE: 47,
  IPPROTO_ICMPV6: 58,
  IPPROTO_SCTP: 132,
  IPPROTO_UDPLITE: 136,
  IPPROTO_RAW: 255,
};

export const SEND_FLAGS: Flags = {
  MSG_OOB: 0x1,
  MSG_DONTROUTE: 0x4,
  MSG_DONTWAIT: 0x40,
  MSG_EOR: 0x80,
  MSG_CONFIRM: 0x800,
  MSG_NOSIGNAL: 0x4000,
  MSG_MORE: 0x8000,
  MSG_FASTOPEN: 0x20000000,
};

/** linux/ptrace.h. */
export const PTRACE_REQUESTS: Flags = {
  PTRACE_TRACEME: 0,
  PTRACE_PEEKTEXT: 1,
  PTRACE_PEEKDATA: 2,
  PTRACE_PEEKUSER: 3,
  PTRACE_POKETEXT: 4,
  PTRACE_POKEDATA: 5,
  PTRACE_POKEUSER: 6,
  PTRACE_CONT: 7,
  PTRACE_KILL: 8,
  PTRACE_SINGLESTEP: 9,
  PTRACE_GETREGS: 12,
  PTRACE_SETREGS: 13,
  PTRACE_ATTACH: 16,
  PTRACE_DETACH: 17,
  PTRACE_SYSCALL: 24,
  PTRACE_SETOPTIONS: 0x4200,
  PTRACE_SEIZE: 0x4206,
  PTRACE_INTERRUPT: 0x4207,
};

export const SIGNALS: Flags = { ...constants.signals };

/** A number, or names joined by "|". */
export function flagsOf(value: unknown, names: Flags, otherwise = 0): Result<number> {
  if (value === undefined || value === null) return ok(otherwise);
  if (typeof value === "number") return ok(value);
  const text = String(value).trim();
  if (/^(0x[0-9a-f]+|\d+)$/i.test(text)) return ok(/^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text));
  let flags = 0;
  for (const name of text.split("|")) {
    const flag = names[name.trim()];
    if (flag === undefined) return failed("SW-FALCO-SUITE", `no such flag is known: ${printable(name, 60)}`);
    flags |= flag;
  }
  return ok(flags);
}
