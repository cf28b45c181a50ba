import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import type { CgroupLayout, Hierarchy } from "./cgroup-layout.ts";
import { type HostAccess, READ_ONLY } from "./host-access.ts";

/** Whose group paths; "host" stands for /proc/sys, of which only "/" is a group. */
export type Controller = "cpu" | "memory" | "freezer" | "io" | "v2" | "host";

/**
 * cgroup files by controller and path, over an injected layout, so that a fixture tree stands in for
 * a host. Paths are as in /proc/PID/cgroup ("/" is the root). Expected failures are values.
 */
export class CgroupFs {
  readonly layout: CgroupLayout;
  /** Everything else of the host that an actuator may reach. */
  readonly host: HostAccess;
  /** Groups held open by `within`. */
  private readonly held = new Map<string, { readonly dir: string; readonly inode: number }>();

  constructor(layout: CgroupLayout, host: HostAccess = READ_ONLY) {
    this.layout = layout;
    this.host = host;
  }

  hierarchy(controller: Controller): Hierarchy | undefined {
    if (controller === "host") return { dir: join(this.host.procRoot, "sys"), version: 2 };
    if (controller !== "v2") return this.layout[controller];
    return this.layout.v2 === undefined ? undefined : { dir: this.layout.v2, version: 2 };
  }

  /** Directory of a group in the controller's hierarchy; undefined where that is not mounted, or the path climbs or is too long. */
  dir(controller: Controller, path: string): string | undefined {
    return this.held.get(keyOf(controller, path))?.dir ?? this.namedDir(controller, path);
  }

  exists(controller: Controller, path: string): boolean {
    return this.inode(controller, path) !== undefined;
  }

  /** Inode of the directory that has this path now: the id that eBPF calls the cgroup id. */
  inode(controller: Controller, path: string): number | undefined {
    const dir = this.namedDir(controller, path);
    if (dir === undefined) return undefined;
    try {
      const stat = statSync(dir, { throwIfNoEntry: false });
      return stat?.isDirectory() ? stat.ino : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Runs `use` with the group held open: all that it reads and writes there meets the very group of this
   * inode. Once that is removed its files are gone too, even where another is made under the same path.
   * SW-GUARD-GONE where the path is another group's already.
   */
  within<T>(controller: Controller, path: string, inode: number, use: () => Result<T>): Result<T> {
    const key = keyOf(controller, path);
    if (this.held.get(key)?.inode === inode) return use();
    const gone = failed("SW-GUARD-GONE", `${path} does not exist any more`);
    const named = this.namedDir(controller, path);
    if (named === undefined || this.inode(controller, path) !== inode || this.held.has(key)) return gone;
    let fd: number | undefined;
    try {
      fd = openSync(named, constants.O_RDONLY | constants.O_DIRECTORY);
      if (fstatSync(fd).ino !== inode) return gone;
      this.held.set(key, { dir: `/proc/self/fd/${fd}`, inode });
    } catch (error) {
      return this.failure(controller, path, `open ${path}`, error);
    } finally {
      if (fd !== undefined && !this.held.has(key)) closeSync(fd);
    }
    try {
      return use();
    } finally {
      this.held.delete(key);
      closeSync(fd);
    }
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

  /** Names of the direct child groups that can be read; for a list that must be whole see `allChildren`. */
  children(controller: Controller, path: string): string[] {
    const listed = this.list(controller, path);
    return listed.ok ? listed.value.flatMap((name) => textOf(name) ?? []) : [];
  }

  /** Names of all direct child groups. Fails where the folder cannot be listed, or a name is not UTF-8, which no path can name. */
  allChildren(controller: Controller, path: string): Result<string[]> {
    const listed = this.list(controller, path);
    if (!listed.ok) return listed;
    const names = listed.value.flatMap((name) => textOf(name) ?? []);
    return names.length === listed.value.length
      ? ok(names)
      : failed("SW-GUARD-KNOB", `${path} has a child group whose name is not UTF-8`);
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

  private namedDir(controller: Controller, path: string): string | undefined {
    const hierarchy = this.hierarchy(controller);
    if (hierarchy === undefined || !isCleanPath(path)) return undefined;
    const dir = join(hierarchy.dir, path);
    return Buffer.byteLength(dir) <= MAX_PATH_BYTES ? dir : undefined;
  }

  /** As bytes: what is no UTF-8 would come out as another name. */
  private list(controller: Controller, path: string): Result<Buffer[]> {
    const dir = this.dir(controller, path);
    if (dir === undefined) return failed("SW-GUARD-KNOB", `no ${controller} hierarchy for ${path}`);
    try {
      const entries = readdirSync(dir, { withFileTypes: true, encoding: "buffer" });
      return ok(entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])));
    } catch (error) {
      return this.failure(controller, path, `list ${path}`, error);
    }
  }

  private failure(controller: Controller, path: string, what: string, error: unknown): Result<never> {
    const errno = errnoOf(error);
    const inode = this.inode(controller, path);
    const gone = inode === undefined || inode !== (this.held.get(keyOf(controller, path))?.inode ?? inode);
    if ((errno === "ENOENT" || errno === "ENODEV") && gone)
      return failed("SW-GUARD-GONE", `${path} does not exist (${what})`);
    return failed("SW-GUARD-KNOB", `cannot ${what}: ${errno || String(error)}`);
  }
}

/** PATH_MAX without its NUL, and NAME_MAX (path_resolution(7)): the kernel answers ENAMETOOLONG beyond. */
const MAX_PATH_BYTES = 4095;
const MAX_NAME_BYTES = 255;

/** Absolute, without "..", ".", "//" or NUL, no longer than a path can be: what /proc/PID/cgroup prints. */
export function isCleanPath(path: string): boolean {
  return (
    path.startsWith("/") &&
    path.length <= MAX_PATH_BYTES &&
    !path.includes("\0") &&
    // Half a surrogate pair would be written as U+FFFD: a second spelling of another group.
    path.isWellFormed() &&
    normalize(path) === path &&
    (path === "/" || !path.endsWith("/")) &&
    path.split("/").every((name) => Buffer.byteLength(name) <= MAX_NAME_BYTES)
  );
}

function textOf(name: Buffer): string | undefined {
  const text = name.toString("utf8");
  return Buffer.from(text).equals(name) ? text : undefined;
}

function keyOf(controller: Controller, path: string): string {
  return `${controller} ${path}`;
}
