import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ADOPTED } from "../../core/adopted.ts";
import { errnoOf, failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import { readProcessStat } from "../../kernel/procfs.ts";
import { type Moved, PLACES, type Place } from "./adopt-state.ts";

/** The hierarchies that there are, each once: on pure v2 all controllers are in one. */
export function placesOf(fs: CgroupFs): Place[] {
  const seen = new Set<string>();
  return PLACES.filter((place) => {
    const dir = fs.hierarchy(place)?.dir;
    if (dir === undefined || seen.has(dir)) return false;
    seen.add(dir);
    return true;
  });
}

/** Controllers that the groups below `scope` need and do not have yet; none outside pure v2. */
export function missingControllers(fs: CgroupFs, scope: string): string[] {
  if (fs.hierarchy("cpu")?.version !== 2) return [];
  const words = (file: string): string[] => {
    const text = fs.read("cpu", scope, file);
    return text.ok ? text.value.split(/\s+/).filter(Boolean) : [];
  };
  const on = words("cgroup.subtree_control");
  return words("cgroup.controllers").filter((name) => ["cpu", "memory", "io"].includes(name) && !on.includes(name));
}

/** SW-GUARD-KNOB: the kernel refuses, as to a group that holds processes itself (cgroup-v2.rst, "No Internal Process Constraint"). */
export function switchControllers(fs: CgroupFs, path: string, names: readonly string[], sign: "+" | "-"): Result<void> {
  if (names.length === 0) return ok(undefined);
  return fs.write("cpu", path, "cgroup.subtree_control", names.map((name) => `${sign}${name}`).join(" "));
}

/** Makes a group with all above it. */
export function makeGroup(fs: CgroupFs, place: Place, path: string): Result<void> {
  const dir = fs.dir(place, path);
  if (dir === undefined) return failed("SW-GUARD-KNOB", `no ${place} hierarchy for ${path}`);
  try {
    mkdirSync(dir, { recursive: true });
    return ok(undefined);
  } catch (error) {
    return failed("SW-GUARD-KNOB", `cannot make the group ${path}: ${errnoOf(error) || String(error)}`);
  }
}

/** Removes a group where it is empty. False where it is not. */
export function removeGroup(fs: CgroupFs, place: Place, path: string): boolean {
  const dir = fs.dir(place, path);
  if (dir === undefined) return true;
  try {
    rmdirSync(dir);
    return true;
  } catch (error) {
    return errnoOf(error) === "ENOENT";
  }
}

/** Moves one process. True where it is gone, and nobody else has its pid. */
export function moveProcess(
  fs: CgroupFs,
  place: Place,
  path: string,
  ref: Pick<Moved, "pid" | "startTicks">,
): Result<void> {
  const lives = (): boolean => readProcessStat(ref.pid, fs.host.procRoot)?.startTicks === ref.startTicks;
  const dir = fs.dir(place, path);
  if (dir === undefined) return failed("SW-GUARD-KNOB", `no ${place} hierarchy for ${path}`);
  if (!lives()) return ok(undefined);
  try {
    writeFileSync(join(dir, "cgroup.procs"), String(ref.pid), { flag: "r+" });
    return ok(undefined);
  } catch (error) {
    // ESRCH: it has ended. A zombie cannot be moved (EINVAL), and need not be.
    if (!lives() || errnoOf(error) === "ESRCH") return ok(undefined);
    return failed("SW-GUARD-KNOB", `cannot move process ${ref.pid} to ${path}: ${errnoOf(error) || String(error)}`);
  }
}

/** Paths of the adopted groups of a scope that are there, in one hierarchy. */
export function adoptedGroups(fs: CgroupFs, place: Place, scope: string): string[] {
  const top = `${scope}/${ADOPTED}`;
  return fs.children(place, top).map((name) => `${top}/${name}`);
}

/** The group that is nearest above one that has gone. */
export function nearestGroup(fs: CgroupFs, place: Place, path: string): string {
  let found = path;
  while (found !== "/" && !fs.exists(place, found)) found = dirname(found);
  return found;
}
