import { readFileSync, readlinkSync } from "node:fs";
import { readStatus } from "./procfs.ts";

/** How a process is confined, as /proc tells it (proc_pid_status(5), namespaces(7)). */
export interface Confinement {
  readonly uid: number;
  readonly effective: bigint;
  readonly bounding: bigint;
  readonly noNewPrivileges: boolean;
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
      namespaces: Object.fromEntries(links) as Record<Namespace, string>,
    };
  } catch {
    return undefined;
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
