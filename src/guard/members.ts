import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { CgroupFs, Controller } from "../kernel/cgroup-fs.ts";
import { listThreads, readThreadGroup } from "../kernel/procfs.ts";

/** Everything that an action on a group reaches: the groups below it and all their processes. */
export interface Members {
  readonly groups: readonly string[];
  readonly pids: readonly number[];
}

export const MAX_GROUPS = 4096;

/**
 * All or nothing: a group whose processes cannot all be listed (too many groups, a threaded group, which
 * answers EOPNOTSUPP, a child whose name is no text) may hold a protected one, so that is a failure,
 * SW-GUARD-PROTECTED.
 */
export function membersOf(fs: CgroupFs, procRoot: string, controller: Controller, cgroup: string): Result<Members> {
  const groups: string[] = [];
  const pids = new Set<number>();
  const threads = new Set<number>();
  const waiting: Waiting[] = [{ group: cgroup }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { group } = next;
    const read = readGroup(fs, controller, group);
    if (!read.ok && read.code === "SW-GUARD-GONE" && isGone(fs, controller, next)) continue;
    if (!read.ok) return group === cgroup && read.code === "SW-GUARD-GONE" ? read : hidden(read.says);
    groups.push(group);
    for (const pid of read.value.pids) pids.add(pid);
    for (const tid of read.value.tids) threads.add(tid);
    const stem = group === "/" ? "" : group;
    for (const name of read.value.children) waiting.push({ group: `${stem}/${name}`, of: { group, name } });
    if (groups.length + waiting.length > MAX_GROUPS)
      return hidden(`${printable(cgroup)} holds more than ${MAX_GROUPS} groups`);
  }
  addUnlisted(pids, threads, procRoot);
  return ok({ groups, pids: [...pids] });
}

interface Waiting {
  readonly group: string;
  /** The group that listed it, and under which name; the first has none. */
  readonly of?: { readonly group: string; readonly name: string };
}

interface Group {
  readonly pids: readonly number[];
  readonly tids: readonly number[];
  readonly children: readonly string[];
}

function readGroup(fs: CgroupFs, controller: Controller, group: string): Result<Group> {
  const pids = fs.read(controller, group, "cgroup.procs");
  if (!pids.ok) return pids;
  const tids = fs.read(controller, group, fs.hierarchy(controller)?.version === 1 ? "tasks" : "cgroup.threads");
  if (!tids.ok) return tids;
  const children = fs.allChildren(controller, group);
  if (!children.ok) return children;
  return ok({ pids: numbersIn(pids.value), tids: numbersIn(tids.value), children: children.value });
}

/** A child that answers no more has ended only where its parent does not name it any more. */
function isGone(fs: CgroupFs, controller: Controller, { of }: Waiting): boolean {
  const again = of && fs.allChildren(controller, of.group);
  if (of === undefined || again === undefined) return false;
  return again.ok ? !again.value.includes(of.name) : again.code === "SW-GUARD-GONE";
}

/**
 * cgroup.procs leaves out a process whose first thread has ended, although others run (css_task_iter_advance
 * in kernel/cgroup/cgroup.c); those are told by their threads. One read for each process that is not
 * single-threaded. A thread that cannot be looked up stands for itself: it is judged as a process unseen.
 */
function addUnlisted(pids: Set<number>, threads: ReadonlySet<number>, procRoot: string): void {
  const known = new Set(pids);
  for (const tid of threads) {
    if (known.has(tid)) continue;
    const pid = readThreadGroup(tid, procRoot) ?? tid;
    pids.add(pid);
    for (const other of [tid, pid, ...(listThreads(pid, procRoot) ?? [])]) known.add(other);
  }
}

function numbersIn(text: string): number[] {
  return text.split("\n").filter(Boolean).map(Number);
}

function hidden(says: string): Result<never> {
  return failed("SW-GUARD-PROTECTED", says);
}
