import { type BigIntStats, statSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../core/config.ts";
import { type ProcessRef, processKey } from "../core/entity.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { listThreads, type ProcessStat, readExe, readProcessStat } from "../kernel/procfs.ts";
import type { Members } from "./members.ts";
import { inSubtree } from "./scope.ts";

export interface ProtectionWorld {
  readonly config: Config;
  readonly procRoot: string;
  /** The layer's own processes. */
  readonly own: readonly ProcessRef[];
  /** Whether a process is still listed in the group; tells one that ended from one that cannot be seen. */
  stillThere(pid: number): boolean;
}

/** Refuses a group that holds, at any depth, a process or a group that nothing may touch. */
export function checkProtected(world: ProtectionWorld, members: Members): Result<void> {
  const { config, procRoot } = world;
  for (const group of members.groups) {
    const pattern = config.protect.cgroups.find((each) => inSubtree(each, group));
    if (pattern !== undefined) return refuse(`${printable(group)} is protected by ${printable(pattern)}`);
  }
  const own = withAncestors(world.own, procRoot);
  const guarded = config.protect.executables.map((path) => ({ path, file: fileOf(path) }));
  for (const pid of members.pids) {
    const stat = pid > 0 ? readProcessStat(pid, procRoot) : undefined;
    const why = stat === undefined ? unseen(world, pid) : reasonFor(stat, own, guarded, procRoot);
    if (why !== "") return refuse(`process ${pid} ${why}`);
  }
  return ok(undefined);
}

interface GuardedExecutable {
  readonly path: string;
  readonly file: BigIntStats | undefined;
}

function reasonFor(
  stat: ProcessStat,
  own: ReadonlySet<string>,
  guarded: readonly GuardedExecutable[],
  procRoot: string,
): string {
  if (stat.pid === 1) return "is the init process";
  if (stat.kernelThread) return "is a kernel thread";
  if (own.has(processKey(stat))) return "belongs to the layer or is an ancestor of it";
  if (guarded.length === 0) return "";
  if (stat.state !== "Z" && stat.state !== "X") return programOf(stat.pid, guarded, procRoot) ?? UNSHOWN;
  // A zombie runs nothing and holds no file, but a first thread that ended looks like one while others run.
  const threads = listThreads(stat.pid, procRoot);
  if (threads?.length === 1) return "";
  const tasks = join(procRoot, String(stat.pid), "task");
  for (const tid of threads ?? []) {
    const why = programOf(tid, guarded, tasks);
    if (why !== undefined) return why;
  }
  return UNSHOWN;
}

const UNSHOWN = "does not show what it runs";

/** Whether a process or thread below `root` runs a protected program: why not, or ""; undefined where it does not show what it runs. */
function programOf(id: number, guarded: readonly GuardedExecutable[], root: string): string | undefined {
  const path = readExe(id, root);
  if (path === undefined) return undefined;
  // By file as well: the same program under another name, or seen from another mount namespace.
  const file = fileOf(join(root, String(id), "exe"));
  const match = guarded.find(
    (each) => each.path === path || (file !== undefined && each.file?.ino === file.ino && each.file.dev === file.dev),
  );
  return match === undefined ? "" : `runs ${printable(match.path)}`;
}

/** Pid 0 is how the kernel lists a process of an outer pid namespace. */
function unseen(world: ProtectionWorld, pid: number): string {
  if (pid === 0) return "is of another pid namespace and cannot be identified";
  return world.stillThere(pid) ? "cannot be identified" : "";
}

function withAncestors(own: readonly ProcessRef[], procRoot: string): ReadonlySet<string> {
  const keys = new Set(own.map(processKey));
  for (const { pid } of own) {
    let stat = readProcessStat(pid, procRoot);
    // A chain of parents is finite, but pids may be reused while it is followed.
    for (let step = 0; step < 256 && stat !== undefined && stat.ppid > 0; step++) {
      stat = readProcessStat(stat.ppid, procRoot);
      if (stat !== undefined) keys.add(processKey(stat));
    }
  }
  return keys;
}

function fileOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

function refuse(says: string): Result<void> {
  return failed("SW-GUARD-PROTECTED", says);
}
