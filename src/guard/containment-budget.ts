import type { Config } from "../core/config.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { CgroupFs, Controller } from "../kernel/cgroup-fs.ts";
import { MAX_GROUPS } from "./members.ts";

const HOUR_MS = 3_600_000;

interface Containment {
  readonly atMs: number;
  readonly cgroup: string;
  readonly processes: number;
}

/** How much of the scope was contained in the hour that ends now: number of times, and share of its processes. */
export class ContainmentBudget {
  private contained: Containment[] = [];

  /** `inScope` is the number of processes in scope. Times are monotonic milliseconds. */
  check(budget: Config["budget"], asked: Containment, inScope: number): Result<void> {
    this.forget(asked.atMs);
    const { containmentsPerHour, shareOfScope } = budget;
    if (this.contained.length >= containmentsPerHour)
      return failed(
        "SW-GUARD-BUDGET",
        `${this.contained.length} containments in an hour, ${containmentsPerHour} allowed`,
      );
    const byGroup = new Map(this.contained.map((each) => [each.cgroup, each.processes]));
    byGroup.set(asked.cgroup, asked.processes);
    const processes = [...byGroup.values()].reduce((sum, count) => sum + count, 0);
    return processes <= shareOfScope * inScope
      ? ok(undefined)
      : failed(
          "SW-GUARD-BUDGET",
          `${processes} of ${inScope} processes in scope would be contained within an hour, a share of ${shareOfScope} is allowed`,
        );
  }

  count(containment: Containment): void {
    this.forget(containment.atMs);
    this.contained.push(containment);
  }

  private forget(nowMs: number): void {
    this.contained = this.contained.filter((each) => nowMs - each.atMs < HOUR_MS);
  }
}

/** Processes in all subtrees of the scope; in so many groups that counting stops, too few, which only makes the guard stricter. */
export function processesInScope(fs: CgroupFs, controller: Controller, scope: readonly string[]): number {
  const pids = new Set<string>();
  const waiting = scope.flatMap((pattern) => rootsOf(fs, controller, pattern));
  for (let visited = 0; visited < MAX_GROUPS; visited++) {
    const group = waiting.pop();
    if (group === undefined) break;
    const listed = fs.read(controller, group, "cgroup.procs");
    if (listed.ok) for (const pid of listed.value.split("\n").filter(Boolean)) pids.add(pid);
    for (const name of fs.children(controller, group)) waiting.push(`${group}/${name}`);
  }
  return pids.size;
}

function rootsOf(fs: CgroupFs, controller: Controller, pattern: string): string[] {
  if (!pattern.endsWith("*")) return [pattern];
  const slash = pattern.lastIndexOf("/");
  const beginning = pattern.slice(slash + 1, -1);
  const names = fs.children(controller, pattern.slice(0, slash) || "/");
  return names.filter((name) => name.startsWith(beginning)).map((name) => `${pattern.slice(0, slash)}/${name}`);
}
