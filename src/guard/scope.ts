import type { Config } from "../core/config.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";

/** Whether a group lies in a subtree: "/a" means /a and all below; "/a/b*" every /a/b… and all below those. */
export function inSubtree(pattern: string, cgroup: string): boolean {
  if (cgroup === "/") return false;
  if (pattern.endsWith("*")) return cgroup.startsWith(pattern.slice(0, -1));
  return cgroup === pattern || cgroup.startsWith(`${pattern}/`);
}

/** Nothing outside the configured subtrees is ever touched, and the root group never. */
export function checkScope(config: Config, cgroup: string): Result<void> {
  return config.scope.some((pattern) => inSubtree(pattern, cgroup))
    ? ok(undefined)
    : failed("SW-GUARD-SCOPE", `${printable(cgroup)} is in none of the subtrees of \`scope\``);
}
