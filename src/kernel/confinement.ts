import { readFileSync, readlinkSync, statSync } from "node:fs";
import { readStatus } from "./procfs.ts";

/** How a process is confined, as /proc tells it (proc_pid_status(5), namespaces(7)). */
export interface Confinement {
  readonly uid: number;
  readonly effective: bigint;
  readonly bounding: bigint;
  readonly noNewPrivileges: boolean;
  /** Its system calls pass a filter (seccomp(2)). */
  readonly filtered: boolean;
  /** Hard limits by the name that /proc gives them; Infinity where there is none, undefined where it is not told. */
  readonly limits: Readonly<Partial<Record<string, number>>>;
  /** Its /proc shows it no process of others (hidepid of proc(5)). */
  readonly othersHidden: boolean;
  /** Device and inode of its root folder: another than this process's where it has a root of its own. */
  readonly root: string;
  /** Identity of each namespace: "net:[4026531840]". */
  readonly namespaces: Readonly<Record<Namespace, string>>;
}

const NAMESPACES = ["mnt", "pid", "net"] as const;
type Namespace = (typeof NAMESPACES)[number];

/** Undefined where it has ended, may not be looked at, or a field is missing: what is not told is never taken for harmless. */
export function readConfinement(pid: number, procRoot = "/proc"): Confinement | undefined {
  const status = readStatus(pid, procRoot);
  const [uid = "", effective = "", bounding = "", noNew = ""] = ["Uid", "CapEff", "CapBnd", "NoNewPrivs"].map(
    (field) => status?.(field) ?? "",
  );
  if (!/^\d+\s/.test(uid) || !/^[01]$/.test(noNew) || ![effective, bounding].every((mask) => /^[0-9a-f]+$/.test(mask)))
    return undefined;
  try {
    const links = NAMESPACES.map((name) => [name, readlinkSync(`${procRoot}/${pid}/ns/${name}`)]);
    return {
      uid: Number.parseInt(uid, 10),
      effective: BigInt(`0x${effective}`),
      bounding: BigInt(`0x${bounding}`),
      noNewPrivileges: noNew === "1",
      root: rootOf(`${procRoot}/${pid}/root`),
      othersHidden: hidesOthers(`${procRoot}/${pid}/mountinfo`),
      filtered: status?.("Seccomp") === "2",
      limits: readLimits(`${procRoot}/${pid}/limits`),
      namespaces: Object.fromEntries(links) as Record<Namespace, string>,
    };
  } catch {
    return undefined;
  }
}

/** "" where it may not be looked at. */
function rootOf(link: string): string {
  const { dev, ino } = statSync(`${link}/.`, { throwIfNoEntry: false, bigint: true }) ?? {};
  return ino === undefined ? "" : `${dev}:${ino}`;
}

/** The last mount on /proc is the one that is seen (proc_pid_mountinfo(5)). */
function hidesOthers(path: string): boolean {
  try {
    const mounts = readFileSync(path, "utf8").split("\n");
    const seen = mounts.findLast((line) => line.split(" ")[4] === "/proc") ?? "";
    return / - proc /.test(seen) && /[ ,]hidepid=(2|4|invisible|ptraceable)\b/.test(seen);
  } catch {
    return false;
  }
}

/** Rows of "Max open files    1024    4096    files" (proc_pid_limits(5)). */
function readLimits(path: string): Record<string, number> {
  try {
    const rows = readFileSync(path, "utf8").matchAll(/^(Max [a-z ]+?) {2,}\S+ +(\S+)/gm);
    return Object.fromEntries(
      [...rows].map(([, name = "", hard]) => [name, hard === "unlimited" ? Infinity : Number(hard)]),
    );
  } catch {
    return {};
  }
}

/** The first child, as /proc/PID/task/PID/children has it; undefined where there is none (or the file is not built). */
export function firstChild(pid: number, procRoot = "/proc"): number | undefined {
  try {
    const [first = ""] = readFileSync(`${procRoot}/${pid}/task/${pid}/children`, "utf8").split(" ");
    return first === "" ? undefined : Number(first);
  } catch {
    return undefined;
  }
}
