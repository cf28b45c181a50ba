import type { ActionSpec } from "../core/action.ts";
import type { Config } from "../core/config.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { CgroupFs, Controller } from "../kernel/cgroup-fs.ts";
import { MAX_GROUPS } from "./members.ts";

const HOUR_MS = 3_600_000;

/** A group with so many processes that is, or was, contained. */
export interface Contained {
  readonly cgroup: string;
  readonly processes: number;
}

type Allowance = Pick<Config["budget"], "containmentsPerHour" | "shareOfScope">;

interface Containment extends Contained {
  readonly atMs: number;
}

/** What a containment counts for: a group once, however often; what is ended, each time. */
export function subjectOf(spec: ActionSpec, cgroup: string, setting: string, atMs: number): string {
  return spec.once === true ? `${cgroup} ${setting} ${atMs}` : cgroup;
}

/**
 * How often something was contained in the hour that ends now, and the share of the scope's processes that
 * was contained in it or is still: a containment that is renewed outlasts the hour.
 */
export class ContainmentBudget {
  private contained: Containment[] = [];

  /**
   * `inForce` is what is contained now, `inScope` counts the processes in scope, and may stop at `enough`. Times are
   * monotonic milliseconds.
   */
  check(
    budget: Allowance,
    asked: Containment,
    inForce: readonly Contained[],
    inScope: (enough: number) => number,
  ): Result<void> {
    this.forget(asked.atMs);
    const { containmentsPerHour, shareOfScope } = budget;
    if (this.contained.length >= containmentsPerHour)
      return failed(
        "SW-GUARD-BUDGET",
        `${this.contained.length} containments in an hour, ${containmentsPerHour} allowed`,
      );
    const byGroup = new Map([...inForce, ...this.contained].map((each) => [each.cgroup, each.processes]));
    byGroup.set(asked.cgroup, asked.processes);
    const processes = [...byGroup.values()].reduce((sum, count) => sum + count, 0);
    const all = inScope(Math.ceil(processes / shareOfScope));
    return processes <= shareOfScope * all
      ? ok(undefined)
      : failed(
          "SW-GUARD-BUDGET",
          `${processes} of ${all} processes in scope would be contained now or within an hour, a share of ${shareOfScope} is allowed`,
        );
  }

  /** Processes that were contained in the hour that ends now. */
  total(nowMs: number): number {
    this.forget(nowMs);
    return this.contained.reduce((sum, { processes }) => sum + processes, 0);
  }

  count(containment: Containment): void {
    this.forget(containment.atMs);
    this.contained.push(containment);
  }

  private forget(nowMs: number): void {
    this.contained = this.contained.filter((each) => nowMs - each.atMs < HOUR_MS);
  }
}

/**
 * Processes in all subtrees of the scope, or `enough` of them: an attack should not wait until thousands are listed. In so
 * many groups that counting stops, too few, which only makes the guard stricter.
 */
export function processesInScope(
  fs: CgroupFs,
  controller: Controller,
  scope: readonly string[],
  enough = Number.POSITIVE_INFINITY,
): number {
  const pids = new Set<string>();
  const waiting = scope.flatMap((pattern) => rootsOf(fs, controller, pattern));
  for (let visited = 0; visited < MAX_GROUPS; visited++) {
    const group = waiting.pop();
    if (group === undefined || pids.size >= enough) break;
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
