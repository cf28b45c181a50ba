import type { Credentials, ExecDetails } from "../core/event.ts";
import { losslessText } from "../core/lossless-text.ts";
import { printable } from "../core/printable.ts";
import type { SeenFile } from "../kernel/host.ts";
import { type ProcessStat, readCmdline, readLoginUid, readProcessLink } from "../kernel/procfs.ts";
import { argumentsOf } from "./decode-exec.ts";

/** What the kernel puts behind the path of a file without a name in its folder (proc_pid_exe(5)). */
export const DELETED = / \(deleted\)$/;
/** Files of memfd_create(2) have no folder; the kernel shows them so. */
const MEMFD = /^\/memfd:.* \(deleted\)$/s;

/** Bytes at most, as in an exec record (EXEC_*_MAX in bpf/swarms.h), so that both sources give the same text. */
const MAX = { exe: 511, cwd: 255, argv: 1024 } as const;

const utf8 = new TextEncoder();

/** What was read of a process already. */
export interface Looked {
  readonly stat: ProcessStat;
  /** Of its status file, by field. */
  readonly status: (field: string) => string | undefined;
  /** Target of its exe link, "" where not known. */
  readonly link: string;
  readonly file: SeenFile | undefined;
}

/** What an exec event would have told of a process that runs already, as procfs shows it now; empty where it may not be read. */
export function detailsOf({ stat, status, link, file }: Looked, procRoot: string): ExecDetails | undefined {
  const credentials = credentialsOf(status, readLoginUid(stat.pid, procRoot));
  if (credentials === undefined) return undefined;
  // One more than is kept, to see whether there is more.
  const bytes = readCmdline(stat.pid, MAX.argv + 1, procRoot) ?? new Uint8Array(0);
  return {
    exePath: printableEnd(link.replace(DELETED, ""), MAX.exe),
    argv: argumentsOf(losslessText(bytes.subarray(0, MAX.argv))),
    argvCut: bytes.length > MAX.argv,
    cwd: printableEnd(readProcessLink(stat.pid, "cwd", procRoot)?.replace(DELETED, "") ?? "", MAX.cwd),
    tty: stat.tty,
    sid: stat.sid,
    credentials,
    traits: {
      // Procfs does not tell.
      upperLayer: false,
      memfd: MEMFD.test(link),
      // A file can have other names than the one that it was run by, or one that ends so.
      deleted: file === undefined ? DELETED.test(link) : file.links === 0,
    },
    interpreter: "",
  };
}

function credentialsOf(status: Looked["status"], loginUid: number): Credentials | undefined {
  const [uid, euid, suid] = numbersOf(status("Uid"));
  const [gid, egid] = numbersOf(status("Gid"));
  if (uid === undefined || euid === undefined || suid === undefined || gid === undefined || egid === undefined)
    return undefined;
  const caps = {
    effective: maskOf(status("CapEff")),
    permitted: maskOf(status("CapPrm")),
    inheritable: maskOf(status("CapInh")),
  };
  return { uid, euid, suid, gid, egid, loginUid, caps };
}

function numbersOf(field: string | undefined): number[] {
  return field === undefined || !/^\d+(?:\t\d+)*$/.test(field) ? [] : field.split("\t").map(Number);
}

/** 64 bits in hexadecimal. */
function maskOf(field: string | undefined): number {
  return field !== undefined && /^[0-9a-f]{1,16}$/.test(field) ? Number.parseInt(field, 16) : 0;
}

/** Over-long paths lose whole folders in front, as in the kernel's records: ".../x". */
function printableEnd(path: string, maxBytes: number): string {
  const bytes = utf8.encode(path);
  if (bytes.length <= maxBytes) return printable(path, Math.max(256, bytes.length));
  const slash = bytes.indexOf(SLASH, bytes.length - maxBytes + CUT.length);
  const end = slash < 0 ? "" : losslessText(bytes.subarray(slash));
  return printable(`${CUT}${end}`, Math.max(256, maxBytes));
}

const SLASH = 0x2f;
const CUT = "...";
