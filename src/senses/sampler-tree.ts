import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CgroupFs, Controller } from "../kernel/cgroup-fs.ts";
import { readKernelFile } from "./sampler-files.ts";
import { joinPath } from "./workloads.ts";

const MAX_DEPTH = 6;
const MAX_GROUPS = 4096;

/** Which processes each group holds itself, over the hierarchies that matter. */
export interface CgroupTree {
  /** Path to the pids directly in it; groups without processes are left out, and the root. */
  readonly members: ReadonlyMap<string, readonly number[]>;
  /** Every pid that is in some group below a root. */
  readonly grouped: ReadonlySet<number>;
}

/**
 * Walks v2 and, where the cpu controller is in v1, that too. A process that sits in the root of one
 * and in a group of the other belongs to the group; in groups of both, to each.
 */
export function walkCgroups(fs: CgroupFs): CgroupTree {
  const members = new Map<string, number[]>();
  const grouped = new Set<number>();
  const hierarchies: Controller[] = fs.layout.cpu?.version === 1 ? ["v2", "cpu"] : ["v2"];
  for (const controller of hierarchies) {
    if (fs.hierarchy(controller) !== undefined) walk(fs, controller, members, grouped);
  }
  return { members, grouped };
}

function walk(fs: CgroupFs, controller: Controller, members: Map<string, number[]>, grouped: Set<number>): void {
  // Breadth first, so that the bound cuts the deep groups and not whole services.
  let level = childPaths(fs, controller, "/");
  for (let depth = 1, visited = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const path of level) {
      if (++visited > MAX_GROUPS) return;
      addMembers(path, pidsIn(fs, controller, path), members, grouped);
      if (depth < MAX_DEPTH) next.push(...childPaths(fs, controller, path));
    }
    level = next;
  }
}

function addMembers(path: string, pids: readonly number[], members: Map<string, number[]>, grouped: Set<number>): void {
  if (pids.length === 0) return;
  const known = members.get(path);
  if (known === undefined) members.set(path, [...pids]);
  else known.push(...pids.filter((pid) => !known.includes(pid)));
  for (const pid of pids) grouped.add(pid);
}

function pidsIn(fs: CgroupFs, controller: Controller, path: string): number[] {
  const dir = fs.dir(controller, path);
  return dir === undefined ? [] : pidsOf(readKernelFile(join(dir, "cgroup.procs")));
}

/** Pids of other pid namespaces read as 0. */
export function pidsOf(text: string | undefined): number[] {
  return (text ?? "").split("\n").flatMap((line) => (/^[1-9]\d{0,9}$/.test(line) ? [Number(line)] : []));
}

function childPaths(fs: CgroupFs, controller: Controller, path: string): string[] {
  const dir = fs.dir(controller, path);
  if (dir === undefined) return [];
  try {
    const entries = readdirSync(dir, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [joinPath(path, entry.name)] : []));
  } catch {
    return [];
  }
}

/** Processes of a group and of all below it. */
export function membersBelow(tree: CgroupTree, path: string): number[] {
  const below = `${path}/`;
  const pids = new Set<number>();
  for (const [other, own] of tree.members) {
    if (other === path || other.startsWith(below)) for (const pid of own) pids.add(pid);
  }
  return [...pids];
}
