import type { Config } from "../core/config.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { type Members, membersOf } from "./members.ts";
import { checkScope } from "./scope.ts";
import type { Target } from "./target.ts";

type Reached = Pick<Target, "spec" | "kind" | "actuator" | "cgroup" | "process">;

/** Everything that an action touches: a group with all below it, one process of it, or nobody in particular. */
export function reachOf(fs: CgroupFs, procRoot: string, target: Reached): Result<Members> {
  const { spec, actuator, cgroup, process } = target;
  if (spec.reach === "host") return ok({ groups: [], pids: [] });
  if (spec.reach === "process") return ok({ groups: [cgroup], pids: process === undefined ? [] : [process.pid] });
  return membersOf(fs, procRoot, actuator.controller, cgroup);
}

/** A setting of the whole host lies in no subtree: it is in scope where the configuration names it. */
export function checkReach(
  config: Config,
  { spec, kind, cgroup }: Pick<Reached, "spec" | "kind" | "cgroup">,
): Result<void> {
  if (spec.reach !== "host") return checkScope(config, cgroup);
  return config.actions[kind]?.mode === undefined
    ? failed("SW-GUARD-SCOPE", `${kind} is not named in \`actions\``)
    : ok(undefined);
}
