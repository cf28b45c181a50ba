import { failed, ok, type Result } from "../core/errors.ts";
import { type Bench, notProtected } from "./checks.ts";
import { reachOf } from "./reach.ts";
import { cgroupOf, type Target } from "./target.ts";

/**
 * Looked at once more after the write, when a frozen group can no longer change by itself: is the process
 * that was meant still in it, and did nothing protected come in between?
 */
export function confirmTarget(target: Target, bench: Bench): Result<void> {
  const { actuator, cgroup, process } = target;
  if (process !== undefined) {
    const now = cgroupOf(bench.fs, bench.procRoot, actuator, process);
    if (!now.ok) return now;
    if (now.value !== cgroup) return failed("SW-GUARD-GONE", `process ${process.pid} has left the group`);
  }
  const members = reachOf(bench.fs, bench.procRoot, target);
  return members.ok ? notProtected({ target, members: () => ok(members.value) }, bench) : members;
}
