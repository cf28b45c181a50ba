import type { CallEvent, ExecEvent } from "../../../core/event.ts";
import {
  bpfName,
  CLONE,
  domainName,
  flagNames,
  LINK,
  MEMFD,
  modeNames,
  MOUNT,
  openFlags,
  ptraceName,
  RENAME,
  resultName,
  UNLINK,
} from "./flag-names.ts";
import { exeIsWritable } from "./process-fields.ts";
import type { Facts } from "./field.ts";
import { argsOf, exeOf } from "./command-line.ts";
import { capabilityNames } from "./capabilities.ts";

/** One argument of a call as Falco names it: what stands behind evt.arg. */
export type Argument = readonly [name: string, get: (event: CallEvent) => string | number | undefined];

const result: Argument = ["res", ({ result: value }) => (value < 0 ? resultName(value) : value)];
const number = (name: string, index: number): Argument => [name, ({ args }) => args[index]];
/** A signed 32-bit number: descriptors and ids, where -1 and AT_FDCWD are meant. */
const signed = (name: string, index: number): Argument => [name, ({ args }) => (args[index] ?? 0) | 0];
const octal = (name: string, index: number): Argument => [
  name,
  ({ args }) => `0${((args[index] ?? 0) & 0o7777).toString(8)}`,
];
const path = (name: string): Argument => [name, (event) => event.path];
const path2 = (name: string): Argument => [name, (event) => event.path2];
const flags = (name: string, index: number, show: (flags: number) => string): Argument => [
  name,
  ({ args }) => show(args[index] ?? 0),
];
const made: Argument = ["fd", (event) => event.result];
const address: Argument = [
  "addr",
  (event) => (event.address === undefined ? undefined : `${event.address.address}:${event.address.port}`),
];

/** By call; the order is what evt.arg[N] counts. */
export const CALL_ARGUMENTS: Readonly<Record<string, readonly Argument[]>> = {
  execve: [result, path("filename")],
  execveat: [result, signed("dirfd", 0), path("pathname"), number("flags", 4)],
  open: [made, path("name"), flags("flags", 1, openFlags), octal("mode", 2)],
  openat: [made, signed("dirfd", 0), path("name"), flags("flags", 2, openFlags), octal("mode", 3)],
  openat2: [made, signed("dirfd", 0), path("name"), flags("flags", 4, openFlags), octal("mode", 5)],
  creat: [made, path("name"), octal("mode", 1), ["flags", () => openFlags(0o1101)]],
  open_by_handle_at: [made, signed("mountfd", 0), flags("flags", 2, openFlags), path("path")],
  rename: [result, path("oldpath"), path2("newpath")],
  renameat: [result, signed("olddirfd", 0), path("oldpath"), signed("newdirfd", 2), path2("newpath")],
  renameat2: [
    result,
    signed("olddirfd", 0),
    path("oldpath"),
    signed("newdirfd", 2),
    path2("newpath"),
    flags("flags", 4, (value) => flagNames(RENAME, value)),
  ],
  unlink: [result, path("path")],
  unlinkat: [result, signed("dirfd", 0), path("name"), flags("flags", 2, (value) => flagNames(UNLINK, value))],
  rmdir: [result, path("path")],
  link: [result, path("oldpath"), path2("newpath")],
  linkat: [
    result,
    signed("olddir", 0),
    path("oldpath"),
    signed("newdir", 2),
    path2("newpath"),
    flags("flags", 4, (value) => flagNames(LINK, value)),
  ],
  symlink: [result, path("target"), path2("linkpath")],
  symlinkat: [result, path("target"), signed("linkdirfd", 1), path2("linkpath")],
  chmod: [result, path("filename"), flags("mode", 1, modeNames)],
  fchmod: [result, signed("fd", 0), flags("mode", 1, modeNames)],
  fchmodat: [result, signed("dirfd", 0), path("filename"), flags("mode", 2, modeNames)],
  fchmodat2: [result, signed("dirfd", 0), path("filename"), flags("mode", 2, modeNames)],
  chown: [result, path("path"), signed("uid", 1), signed("gid", 2)],
  lchown: [result, path("path"), signed("uid", 1), signed("gid", 2)],
  fchown: [result, signed("fd", 0), signed("uid", 1), signed("gid", 2)],
  fchownat: [result, signed("dirfd", 0), path("pathname"), signed("uid", 2), signed("gid", 3)],
  truncate: [result, path("path"), number("length", 1)],
  ftruncate: [result, signed("fd", 0), number("length", 1)],
  fallocate: [result, signed("fd", 0), number("mode", 1), number("offset", 2), number("len", 3)],
  memfd_create: [made, path("name"), flags("flags", 1, (value) => flagNames(MEMFD, value))],
  dup: [result, signed("oldfd", 0)],
  dup2: [result, signed("oldfd", 0), signed("newfd", 1)],
  dup3: [result, signed("oldfd", 0), signed("newfd", 1), flags("flags", 2, openFlags)],
  fcntl: [result, signed("fd", 0), number("cmd", 1)],
  socket: [made, flags("domain", 0, domainName), number("type", 1), number("proto", 2)],
  socketpair: [result, flags("domain", 0, domainName), number("type", 1), number("proto", 2)],
  connect: [result, signed("fd", 0), address],
  accept: [made],
  accept4: [made, number("flags", 3)],
  bind: [result, signed("fd", 0), address],
  listen: [result, signed("fd", 0), signed("backlog", 1)],
  sendto: [result, signed("fd", 0), number("size", 2), address],
  sendmsg: [result, signed("fd", 0), address],
  sendmmsg: [result, signed("fd", 0), address],
  setuid: [result, signed("uid", 0)],
  setgid: [result, signed("gid", 0)],
  setreuid: [result, signed("ruid", 0), signed("euid", 1)],
  setregid: [result, signed("rgid", 0), signed("egid", 1)],
  setresuid: [result, signed("ruid", 0), signed("euid", 1), signed("suid", 2)],
  setresgid: [result, signed("rgid", 0), signed("egid", 1), signed("sgid", 2)],
  setfsuid: [result, signed("uid", 0)],
  setfsgid: [result, signed("gid", 0)],
  setgroups: [result, number("size", 0)],
  capset: [
    result,
    flags("cap_effective", 2, capabilityNames),
    flags("cap_permitted", 3, capabilityNames),
    flags("cap_inheritable", 4, capabilityNames),
  ],
  prctl: [result, number("option", 0), number("arg2_int", 1)],
  ptrace: [result, flags("request", 0, ptraceName), signed("pid", 1), number("addr", 2), number("data", 3)],
  process_vm_readv: [result, signed("pid", 0)],
  process_vm_writev: [result, signed("pid", 0)],
  pidfd_getfd: [made, signed("pid_fd", 0), signed("target_fd", 1), number("flags", 2)],
  process_madvise: [result, signed("pidfd", 0)],
  setns: [result, signed("fd", 0), flags("nstype", 1, (value) => flagNames(CLONE, value))],
  unshare: [result, flags("flags", 0, (value) => flagNames(CLONE, value))],
  clone: [result, flags("flags", 0, (value) => flagNames(CLONE, value))],
  clone3: [result, flags("flags", 2, (value) => flagNames(CLONE, value))],
  mount: [result, path("dev"), path2("dir"), flags("flags", 3, (value) => flagNames(MOUNT, value))],
  umount2: [result, path("name"), number("flags", 1)],
  umount: [result, path("name")],
  move_mount: [result, signed("from_dirfd", 0), path("from_path"), signed("to_dirfd", 2), path2("to_path")],
  fsopen: [made, path("fsname"), number("flags", 1)],
  fsconfig: [result, signed("fd", 0), number("cmd", 1)],
  fsmount: [result, signed("fd", 0)],
  fspick: [result, signed("dirfd", 0), path("path")],
  open_tree: [result, signed("dirfd", 0), path("path"), number("flags", 2)],
  open_tree_attr: [result, signed("dirfd", 0), path("path")],
  mount_setattr: [result, signed("dirfd", 0), path("path")],
  pivot_root: [result, path("new_root"), path2("put_old")],
  chroot: [result, path("path")],
  init_module: [result, number("len", 1)],
  finit_module: [result, signed("fd", 0), number("flags", 2)],
  delete_module: [result, path("name"), number("flags", 1)],
  bpf: [result, flags("cmd", 0, bpfName)],
  io_uring_setup: [made, number("entries", 0)],
};

/** What stands behind evt.arg for a program that began to run (Falco: execve, on its way out). */
export type ExecArgument = readonly [
  name: string,
  get: (event: ExecEvent, facts: Facts) => string | number | undefined,
];

export const EXEC_ARGUMENTS: readonly ExecArgument[] = [
  ["res", () => 0],
  ["exe", (_, { process }) => process && exeOf(process)],
  ["args", (_, { process }) => process && argsOf(process)],
  ["tid", (event) => event.tid ?? event.process.pid],
  ["pid", (event) => event.process.pid],
  ["ptid", (event) => event.parent.pid],
  ["cwd", (event) => event.details?.cwd],
  ["comm", (event) => event.comm],
  ["tty", (event) => event.details?.tty],
  ["loginuid", (event) => event.details?.credentials.loginUid],
  ["flags", (event, facts) => execFlags(event, facts)],
  ["cap_inheritable", (event) => event.details && capabilityNames(event.details.credentials.caps.inheritable)],
  ["cap_permitted", (event) => event.details && capabilityNames(event.details.credentials.caps.permitted)],
  ["cap_effective", (event) => event.details && capabilityNames(event.details.credentials.caps.effective)],
  ["exe_ino", (event) => event.exe.ino],
  ["exe_ino_ctime", (event) => event.ctimeMs * 1e6],
  ["exe_ino_mtime", (event) => event.mtimeMs * 1e6],
  ["uid", (event) => event.uid],
  ["trusted_exepath", (event) => event.details?.exePath],
  ["filename", (event) => event.path],
];

function execFlags(event: ExecEvent, { process }: Facts): string {
  const traits = event.details?.traits;
  const names = [
    process !== undefined && exeIsWritable(process) === true ? "EXE_WRITABLE" : "",
    traits?.upperLayer === true ? "EXE_UPPER_LAYER" : "",
    traits?.memfd === true ? "EXE_FROM_MEMFD" : "",
  ].filter((name) => name !== "");
  return names.length === 0 ? "0" : names.join("|");
}
