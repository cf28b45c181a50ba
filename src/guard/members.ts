import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { CgroupFs, Controller } from "../kernel/cgroup-fs.ts";

/** Everything that an action on a group reaches: the groups below it and all their processes. */
export interface Members {
  readonly groups: readonly string[];
  readonly pids: readonly number[];
}

export const MAX_GROUPS = 4096;

/**
 * All or nothing: a group whose processes cannot all be listed (too many groups, a threaded group, which
 * answers EOPNOTSUPP) may hold a protected one, so that is a failure, SW-GUARD-PROTECTED.
 */
export function membersOf(fs: CgroupFs, controller: Controller, cgroup: string): Result<Members> {
  const groups: string[] = [];
  const pids: number[] = [];
  const waiting = [cgroup];
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    const listed = fs.read(controller, group, "cgroup.procs");
    if (!listed.ok) {
      if (listed.code === "SW-GUARD-GONE" && group !== cgroup) continue;
      return listed.code === "SW-GUARD-GONE" ? listed : failed("SW-GUARD-PROTECTED", listed.says);
    }
    groups.push(group);
    pids.push(...listed.value.split("\n").filter(Boolean).map(Number));
    for (const name of fs.children(controller, group)) waiting.push(`${group === "/" ? "" : group}/${name}`);
    if (groups.length + waiting.length > MAX_GROUPS)
      return failed("SW-GUARD-PROTECTED", `${printable(cgroup)} holds more than ${MAX_GROUPS} groups`);
  }
  return ok({ groups, pids });
}
