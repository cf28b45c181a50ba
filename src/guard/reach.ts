import { ADOPTED } from "../core/adopted.ts";
import type { Config } from "../core/config.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { type Members, membersOf } from "./members.ts";
import { checkScope } from "./scope.ts";
import type { Target } from "./target.ts";

type Reached = Pick<Target, "spec" | "kind" | "actuator" | "cgroup" | "process">;

/** Everything that an action touches: a group with all below it, one process of it, or nobody in particular. */
export function reachOf(fs: CgroupFs, procRoot: string, target: Reached): Result<Members> {
  const { spec, kind, actuator, cgroup, process } = target;
  if (spec.reach === "host") return ok({ groups: [], pids: [] });
  if (spec.reach === "process") return ok({ groups: [cgroup], pids: process === undefined ? [] : [process.pid] });
  if (kind === "adopt") return adoptedMembers(fs, procRoot, cgroup);
  return membersOf(fs, procRoot, actuator.controller, cgroup);
}

/** Those in the groups that the layer makes below a group: the others there stay as they are. */
function adoptedMembers(fs: CgroupFs, procRoot: string, scope: string): Result<Members> {
  const top = `${scope}/${ADOPTED}`;
  return fs.exists("cpu", top) ? membersOf(fs, procRoot, "cpu", top) : ok({ groups: [], pids: [] });
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
