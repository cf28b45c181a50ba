import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { WorkloadMatch } from "../core/workload.ts";
import { readCgroups, readExe, readStatus } from "./procfs.ts";

/** What a process is matched by, read from procfs when a criterion first asks. */
export interface MatchWorld {
  readonly procRoot: string;
  /** passwd(5). */
  readonly passwd?: string;
}

/** Whether a process meets all that is named. A script is matched by its interpreter: that is what runs. */
export function matchesProcess(match: WorkloadMatch, pid: number, world: MatchWorld): boolean {
  const { executable, user, unit, cgroup } = match;
  if (executable !== undefined && !runs(executable, readExe(pid, world.procRoot))) return false;
  if (user !== undefined && !belongsTo(user, pid, world)) return false;
  if (unit === undefined && cgroup === undefined) return true;
  const paths = [...new Set(readCgroups(pid, world.procRoot)?.values())];
  if (unit !== undefined && !paths.some((path) => unitPathOf(unit, path) !== undefined)) return false;
  return cgroup === undefined || paths.some((path) => isBelow(cgroup, path));
}

/** The part of a cgroup's path that is the unit's own group; undefined where the path is in none. */
export function unitPathOf(unit: string, path: string): string | undefined {
  const parts = path.split("/");
  const at = parts.findIndex((part) => fits(unit, part));
  return at < 1 ? undefined : parts.slice(0, at + 1).join("/");
}

function runs(executable: string, exe: string | undefined): boolean {
  return exe !== undefined && fits(executable, executable.startsWith("/") ? exe : basename(exe));
}

function belongsTo(user: string, pid: number, { procRoot, passwd = "/etc/passwd" }: MatchWorld): boolean {
  const uid = /^\d+$/.test(user) ? user : uidOf(user, passwd);
  // Real, effective, saved, file system: the real one is whose it is.
  return uid !== undefined && readStatus(pid, procRoot)?.("Uid")?.split(/\s+/)[0] === uid;
}

function uidOf(user: string, passwd: string): string | undefined {
  try {
    const line = readFileSync(passwd, "utf8")
      .split("\n")
      .find((each) => each.startsWith(`${user}:`));
    return line?.split(":")[2];
  } catch {
    return undefined;
  }
}

/** The group itself or one below it; with a trailing * any whose path begins so. */
function isBelow(pattern: string, path: string): boolean {
  if (pattern.endsWith("*")) return path.startsWith(pattern.slice(0, -1));
  return path === pattern || path.startsWith(`${pattern}/`);
}

function fits(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
