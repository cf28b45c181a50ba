import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where a controller's hierarchy is mounted and which interface it speaks. */
export interface Hierarchy {
  readonly dir: string;
  readonly version: 1 | 2;
}

/**
 * How this host mounts cgroups. Pure v2: everything in one place. Hybrid: v2 for freezing, pressure
 * and BPF, v1 for some controllers. Probed from mountinfo (proc_pid_mountinfo(5)), never assumed.
 */
export interface CgroupLayout {
  readonly v2: string | undefined;
  readonly cpu: Hierarchy | undefined;
  readonly memory: Hierarchy | undefined;
  readonly freezer: Hierarchy | undefined;
  /** v1 calls it blkio. */
  readonly io?: Hierarchy | undefined;
  readonly shape: "v2" | "hybrid" | "v1" | "none";
}

/** Reads `PROCROOT/self/mountinfo`; mount points are taken relative to `hostRoot` ("/" on a host, a fixture's root in tests). */
export function probeCgroupLayout(procRoot = "/proc", hostRoot = "/"): CgroupLayout {
  let text: string;
  try {
    text = readFileSync(join(procRoot, "self/mountinfo"), "utf8");
  } catch {
    return { v2: undefined, cpu: undefined, memory: undefined, freezer: undefined, shape: "none" };
  }
  const mounts = text.split("\n").flatMap((line) => parseMount(line));
  const v2 = mounts.find((mount) => mount.type === "cgroup2");
  const v2Dir = v2 && join(hostRoot, v2.point);
  const controllers = v2Dir === undefined ? [] : controllersOf(v2Dir);
  const find = (name: string, v1Name = name): Hierarchy | undefined => {
    const v1 = mounts.find((mount) => mount.type === "cgroup" && mount.options.includes(v1Name));
    if (v1) return { dir: join(hostRoot, v1.point), version: 1 };
    if (v2Dir !== undefined && controllers.includes(name)) return { dir: v2Dir, version: 2 };
    return undefined;
  };
  const cpu = find("cpu");
  const memory = find("memory");
  const io = find("io", "blkio");
  // Freezing is a core feature of v2, in every mount of it since 5.2; v1's freezer is the fallback.
  const freezer: Hierarchy | undefined = v2Dir === undefined ? find("freezer") : { dir: v2Dir, version: 2 };
  const hasV1 = [cpu, memory].some((hierarchy) => hierarchy?.version === 1);
  return {
    v2: v2Dir,
    cpu,
    memory,
    freezer,
    io,
    shape: v2Dir === undefined ? (hasV1 ? "v1" : "none") : hasV1 ? "hybrid" : "v2",
  };
}

interface Mount {
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

function parseMount(line: string): Mount[] {
  const [left, right] = line.split(" - ");
  if (left === undefined || right === undefined) return [];
  const point = left.split(" ")[4];
  const [type, , options] = right.split(" ");
  if (point === undefined || type === undefined) return [];
  return [{ point: unescapeOctal(point), type, options: (options ?? "").split(",") }];
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function controllersOf(dir: string): string[] {
  try {
    return readFileSync(join(dir, "cgroup.controllers"), "utf8").trim().split(" ");
  } catch {
    return [];
  }
}
