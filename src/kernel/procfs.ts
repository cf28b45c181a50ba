import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from "node:fs";
import { join } from "node:path";
import type { ProcessRef } from "../core/entity.ts";

/** The part of /proc/PID/stat that the layer needs (proc_pid_stat(5)). */
export interface ProcessStat extends ProcessRef {
  /** As written by the process: not printable by itself. */
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  /** Session leader's pid. */
  readonly sid: number;
  /** Controlling terminal as the kernel encodes it (minor in bits 31-20 and 7-0, major in 15-8), 0 where none. */
  readonly tty: number;
  /** User plus system time, clock ticks. */
  readonly cpuTicks: number;
  readonly rssPages: number;
  /** PF_KTHREAD set: a kernel thread. */
  readonly kernelThread: boolean;
}

const PF_KTHREAD = 0x0020_0000;
const NO_LOGIN_UID = 0xffff_ffff;

/** Undefined where the process is gone. The name may hold spaces and parentheses: fields start after the last ")". */
export function readProcessStat(pid: number, procRoot = "/proc"): ProcessStat | undefined {
  const text = readText(join(procRoot, String(pid), "stat"));
  return text === undefined ? undefined : parseProcessStat(text);
}

export function parseProcessStat(text: string): ProcessStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 1 || close < open) return undefined;
  const fields = text.slice(close + 2).split(" ");
  const at = (field: number): number => Number(fields[field - 3]);
  const stat = {
    pid: Number(text.slice(0, open - 1)),
    comm: text.slice(open + 1, close),
    state: fields[0] ?? "?",
    ppid: at(4),
    sid: at(6),
    tty: at(7) >>> 0,
    cpuTicks: at(14) + at(15),
    startTicks: at(22),
    rssPages: at(24),
    kernelThread: (at(9) & PF_KTHREAD) !== 0,
  };
  return Number.isInteger(stat.pid) && Number.isInteger(stat.startTicks) && Number.isInteger(stat.ppid)
    ? stat
    : undefined;
}

export function listPids(procRoot = "/proc"): number[] {
  return listNumbers(procRoot) ?? [];
}

/** Ids of a process's threads, its ended leader's among them as long as others run; undefined where the process is gone. */
export function listThreads(pid: number, procRoot = "/proc"): number[] | undefined {
  return listNumbers(join(procRoot, String(pid), "task"));
}

/** The process that a thread belongs to: Tgid of proc_pid_status(5). Undefined where the thread is gone. */
export function readThreadGroup(tid: number, procRoot = "/proc"): number | undefined {
  const text = readStatus(tid, procRoot)?.("Tgid");
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/**
 * Reads the fields of proc_pid_status(5) by name, their value without the tab in front of it. Undefined where the
 * process is gone. The name of the process stands first and may hold what ends a line for a pattern ("\r", U+2028),
 * so that it could pose as any field: only "\n", which the kernel escapes in it, ends one here.
 */
export function readStatus(pid: number, procRoot = "/proc"): ((field: string) => string | undefined) | undefined {
  const text = readText(join(procRoot, String(pid), "status"));
  if (text === undefined) return undefined;
  return (field) => {
    const start = text.indexOf(`\n${field}:`);
    if (start < 0) return undefined;
    const end = text.indexOf("\n", start + 1);
    return text.slice(start + field.length + 2, end < 0 ? undefined : end).trim();
  };
}

/** Path of each hierarchy's cgroup: v2 under "", v1 under each controller's name. Undefined where the process is gone. */
export function readCgroups(pid: number, procRoot = "/proc"): ReadonlyMap<string, string> | undefined {
  const text = readText(join(procRoot, String(pid), "cgroup"));
  if (text === undefined) return undefined;
  const paths = new Map<string, string>();
  for (const line of text.split("\n")) {
    // A name may hold U+2028, which ends a line for "." alone.
    const match = /^\d+:([^:]*):(.*)$/s.exec(line);
    if (match) for (const controller of match[1]!.split(",")) paths.set(controller, match[2]!);
  }
  return paths;
}

/** Target of one of the links in /proc/PID; undefined where there is none or it may not be read. */
export function readProcessLink(pid: number, name: "cwd" | "exe", procRoot = "/proc"): string | undefined {
  try {
    return readlinkSync(join(procRoot, String(pid), name));
  } catch {
    return undefined;
  }
}

/** The first `max` bytes of /proc/PID/cmdline, each argument with a NUL behind it; it can be megabytes long. */
export function readCmdline(pid: number, max: number, procRoot = "/proc"): Uint8Array | undefined {
  const file = join(procRoot, String(pid), "cmdline");
  let fd: number | undefined;
  try {
    fd = openSync(file, "r");
    const bytes = new Uint8Array(max);
    return bytes.subarray(0, readSync(fd, bytes));
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Audit login uid; 4294967295 where it was never set, or the kernel keeps none. */
export function readLoginUid(pid: number, procRoot = "/proc"): number {
  const text = readText(join(procRoot, String(pid), "loginuid"))?.trim() ?? "";
  return /^\d{1,10}$/.test(text) ? Number(text) : NO_LOGIN_UID;
}

/** Target of /proc/PID/exe, without the kernel's " (deleted)"; undefined for kernel threads, the gone, and others' processes without privilege. */
export function readExe(pid: number, procRoot = "/proc"): string | undefined {
  return readProcessLink(pid, "exe", procRoot)?.replace(/ \(deleted\)$/, "");
}

function listNumbers(dir: string): number[] | undefined {
  try {
    return readdirSync(dir).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
