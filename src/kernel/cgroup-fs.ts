import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import type { CgroupLayout, Hierarchy } from "./cgroup-layout.ts";

export type Controller = "cpu" | "memory" | "freezer" | "v2";

/**
 * cgroup files by controller and path, over an injected layout, so that a fixture tree stands in for
 * a host. Paths are as in /proc/PID/cgroup ("/" is the root). Expected failures are values.
 */
export class CgroupFs {
  readonly layout: CgroupLayout;

  constructor(layout: CgroupLayout) {
    this.layout = layout;
  }

  hierarchy(controller: Controller): Hierarchy | undefined {
    if (controller !== "v2") return this.layout[controller];
    return this.layout.v2 === undefined ? undefined : { dir: this.layout.v2, version: 2 };
  }

  /** Directory of a group in the controller's hierarchy; undefined where that is not mounted or the path climbs. */
  dir(controller: Controller, path: string): string | undefined {
    const hierarchy = this.hierarchy(controller);
    if (hierarchy === undefined || !isCleanPath(path)) return undefined;
    return join(hierarchy.dir, path);
  }

  exists(controller: Controller, path: string): boolean {
    return this.inode(controller, path) !== undefined;
  }

  /** Inode of the directory: the id that eBPF calls the cgroup id. */
  inode(controller: Controller, path: string): number | undefined {
    const dir = this.dir(controller, path);
    const stat = dir === undefined ? undefined : statSync(dir, { throwIfNoEntry: false });
    return stat?.isDirectory() ? stat.ino : undefined;
  }

  read(controller: Controller, path: string, file: string): Result<string> {
    const dir = this.dir(controller, path);
    if (dir === undefined) return failed("SW-GUARD-KNOB", `no ${controller} hierarchy for ${path}`);
    try {
      return ok(readFileSync(join(dir, file), "utf8").trim());
    } catch (error) {
      return this.failure(controller, path, `read ${file} of ${path}`, error);
    }
  }

  write(controller: Controller, path: string, file: string, text: string): Result<void> {
    const dir = this.dir(controller, path);
    if (dir === undefined) return failed("SW-GUARD-KNOB", `no ${controller} hierarchy for ${path}`);
    try {
      // r+ : the file must be there; a cgroup file is never created by writing.
      writeFileSync(join(dir, file), text, { flag: "r+" });
      return ok(undefined);
    } catch (error) {
      return this.failure(controller, path, `write ${JSON.stringify(text)} to ${file} of ${path}`, error);
    }
  }

  /** Names of the direct child groups. */
  children(controller: Controller, path: string): string[] {
    const dir = this.dir(controller, path);
    if (dir === undefined) return [];
    try {
      return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    } catch {
      return [];
    }
  }

  /** Pids in the group and, if asked, in all groups below it (at most 4096 groups). */
  processes(controller: Controller, path: string, below = false): number[] {
    const pids: number[] = [];
    const queue = [path];
    for (let visited = 0; visited < 4096; visited++) {
      const group = queue.pop();
      if (group === undefined) break;
      const text = this.read(controller, group, "cgroup.procs");
      if (text.ok) pids.push(...text.value.split("\n").filter(Boolean).map(Number));
      if (below)
        queue.push(
          ...this.children(controller, group).map((name) => (group === "/" ? `/${name}` : `${group}/${name}`)),
        );
    }
    return pids;
  }

  private failure(controller: Controller, path: string, what: string, error: unknown): Result<never> {
    const errno = errnoOf(error);
    if ((errno === "ENOENT" || errno === "ENODEV") && !this.exists(controller, path))
      return failed("SW-GUARD-GONE", `${path} does not exist (${what})`);
    return failed("SW-GUARD-KNOB", `cannot ${what}: ${errno || String(error)}`);
  }
}

/** Absolute, without "..", ".", "//" or NUL: what /proc/PID/cgroup prints. */
export function isCleanPath(path: string): boolean {
  return (
    path.startsWith("/") && !path.includes("\0") && normalize(path) === path && (path === "/" || !path.endsWith("/"))
  );
}
