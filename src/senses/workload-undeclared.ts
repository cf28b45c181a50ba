import { ADOPTED } from "../core/adopted.ts";
import type { Config } from "../core/config.ts";
import { covers } from "../core/config-load-checks.ts";
import type { Scan } from "./sampler-scan.ts";
import type { Undeclared } from "./workload-kinds.ts";

interface Group {
  readonly probe: { readonly path: string; readonly cpuInode: number | undefined };
}

/** The groups that hold processes, as far as their kind could matter; never the layer's own. */
export function undeclaredGroups(
  config: Config,
  { probes, tree }: Pick<Scan, "probes" | "tree">,
  present: readonly Group[],
  ownPid = process.pid,
): Undeclared[] {
  return [...present.map(({ probe }) => probe), ...probes].flatMap(({ path, cpuInode }) => {
    const pids = tree.members.get(path) ?? [];
    if (cpuInode === undefined || pids.length === 0 || pids.includes(ownPid)) return [];
    return [{ path, inode: cpuInode, pids, inScope: isTouchable(config, path) }];
  });
}

/** In a subtree of the scope, and in none that is protected. */
export function isTouchable(config: Config, path: string): boolean {
  const under = (pattern: string): boolean => covers(pattern, path);
  return config.scope.some(under) && !config.protect.cgroups.some(under) && !path.endsWith(`/${ADOPTED}`);
}

/** Whether a change to one of them reaches the other. */
export function areNested(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}/`) || other.startsWith(`${path}/`);
}
