import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { ProcessRef } from "../core/entity.ts";

/** The part of /proc/PID/stat that the layer needs (proc_pid_stat(5)). */
export interface ProcessStat extends ProcessRef {
  /** As written by the process: not printable by itself. */
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  /** User plus system time, clock ticks. */
  readonly cpuTicks: number;
  readonly rssPages: number;
  /** PF_KTHREAD set: a kernel thread. */
  readonly kernelThread: boolean;
}

const PF_KTHREAD = 0x0020_0000;

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
  const match = /^Tgid:\s*(\d+)$/m.exec(readText(join(procRoot, String(tid), "status")) ?? "");
  return match === null ? undefined : Number(match[1]);
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

/** Target of /proc/PID/exe, without the kernel's " (deleted)"; undefined for kernel threads, the gone, and others' processes without privilege. */
export function readExe(pid: number, procRoot = "/proc"): string | undefined {
  try {
    return readlinkSync(join(procRoot, String(pid), "exe")).replace(/ \(deleted\)$/, "");
  } catch {
    return undefined;
  }
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
