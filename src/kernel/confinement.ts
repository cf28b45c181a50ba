import { readFileSync, readlinkSync } from "node:fs";

/** How a process is confined, as /proc tells it (proc_pid_status(5), namespaces(7)). */
export interface Confinement {
  readonly uid: number;
  readonly effective: bigint;
  readonly bounding: bigint;
  readonly noNewPrivileges: boolean;
  /** 0 none, 1 strict, 2 filter (seccomp(2)). */
  readonly seccomp: number;
  /** Identity of each namespace: "net:[4026531840]". */
  readonly namespaces: Readonly<Record<string, string>>;
  /** Its root directory, as this process sees it. */
  readonly root: string;
  readonly residentBytes: number;
}

const NAMESPACES = ["mnt", "pid", "net", "ipc", "uts", "user", "cgroup"] as const;

/** Undefined where it has ended, or may not be looked at. */
export function readConfinement(pid: number, procRoot = "/proc"): Confinement | undefined {
  try {
    const text = readFileSync(`${procRoot}/${pid}/status`, "utf8");
    const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(text)?.[1] ?? "0";
    const links = NAMESPACES.map((name) => [name, readlinkSync(`${procRoot}/${pid}/ns/${name}`)]);
    return {
      uid: Number(field("Uid")),
      effective: BigInt(`0x${field("CapEff")}`),
      bounding: BigInt(`0x${field("CapBnd")}`),
      noNewPrivileges: field("NoNewPrivs") === "1",
      seccomp: Number(field("Seccomp")),
      namespaces: Object.fromEntries(links) as Record<string, string>,
      root: readlinkSync(`${procRoot}/${pid}/root`),
      residentBytes: Number(field("VmRSS")) * 1024,
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
