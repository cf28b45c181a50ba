import { printable } from "../core/printable.ts";
import type { Reading, WorkloadInfo } from "../core/reading.ts";
import { workloadKey } from "../core/entity.ts";
import { matchOf } from "../core/workload-match.ts";
import { ADOPTED, adoptedPath } from "../core/adopted.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { matchesProcess, unitPathOf } from "../kernel/process-match.ts";
import { readCgroups, readProcessStat } from "../kernel/procfs.ts";
import { type CgroupTree, membersBelow } from "./sampler-tree.ts";
import type { Declared, DeclaredMatch } from "./workloads.ts";

/** Matched processes that share their group with others. */
export interface Strays {
  readonly declared: Declared;
  readonly pids: readonly number[];
}

export interface Matches {
  readonly groups: readonly DeclaredMatch[];
  readonly strays: readonly Strays[];
}

/** Declarations by anything else than a cgroup's path: their groups are found by their processes. */
export function isByProcess(declared: Declared): boolean {
  const { cgroup: _, ...others } = matchOf(declared);
  return Object.values(others).some((value) => value !== undefined);
}

/**
 * Finds what is declared by unit, executable or user. A group is a workload's own where all its processes match; of a
 * unit its own group, whatever runs in it. What matches elsewhere is astray.
 */
export function matchProcesses(
  declarations: readonly Declared[],
  { fs, procRoot, tree, pids }: { fs: CgroupFs; procRoot: string; tree: CgroupTree; pids: readonly number[] },
): Matches {
  const wanted = declarations.filter(isByProcess);
  if (wanted.length === 0) return { groups: [], strays: [] };
  const taken = new Set<number>();
  const users = pids.filter((pid) => readProcessStat(pid, procRoot)?.kernelThread === false);
  const found = wanted.map((declared): { groups: DeclaredMatch[]; strays: Strays } => {
    const match = matchOf(declared);
    const own = users.filter((pid) => !taken.has(pid) && matchesProcess(match, pid, { procRoot }));
    for (const pid of own) taken.add(pid);
    const paths = ownGroups(own, declared, { fs, procRoot, tree });
    const placed = new Set(paths.flatMap((path) => membersBelow(tree, path)));
    return {
      groups: paths.map((path) => ({ path, declared })),
      strays: { declared, pids: own.filter((pid) => !placed.has(pid)) },
    };
  });
  return {
    groups: found.flatMap(({ groups }) => groups),
    strays: found.flatMap(({ strays }) => (strays.pids.length > 0 ? [strays] : [])),
  };
}

function ownGroups(
  pids: readonly number[],
  declared: Declared,
  { fs, procRoot, tree }: { fs: CgroupFs; procRoot: string; tree: CgroupTree },
): string[] {
  const { name } = declared;
  const match = matchOf(declared);
  const own = new Set(pids);
  const paths = new Set<string>();
  for (const pid of pids) {
    const path = pathOf(pid, fs, procRoot);
    if (path === undefined || path === "/") continue;
    const unitPath = match.unit === undefined ? undefined : unitPathOf(match.unit, path);
    if (unitPath !== undefined) paths.add(unitPath);
    else if (isAdopted(path, name) || membersBelow(tree, path).every((member) => own.has(member))) paths.add(path);
  }
  // Of groups inside each other the outer one.
  return [...paths].filter((path) => ![...paths].some((other) => path.startsWith(`${other}/`))).sort();
}

/** Children of what was adopted may run something else: they belong to it all the same. */
function isAdopted(path: string, name: string): boolean {
  return path.endsWith(adoptedPath("", name));
}

/** In the hierarchy whose groups have knobs. */
function pathOf(pid: number, fs: CgroupFs, procRoot: string): string | undefined {
  return readCgroups(pid, procRoot)?.get(fs.layout.cpu?.version === 1 ? "cpu" : "");
}

/** What people and the colony are told of processes without a group of their own. `into`: where the guard could make one. */
export function straysInfo({ declared }: Strays, into: string | undefined): WorkloadInfo {
  return {
    name: `declared:${printable(declared.name, 64)}`,
    kind: declared.kind ?? "unknown",
    label: printable(declared.name, 64),
    cgroup: false,
    targetNs: declared.kind === "latency" ? declared.targetMs * 1e6 : 0,
    ...(declared.adopt && into !== undefined && { adoptInto: into }),
  };
}

export function straysReadings({ declared, pids }: Strays): Reading[] {
  const entity = workloadKey(`declared:${printable(declared.name, 64)}`);
  return [{ entity, name: "tasks", value: pids.length }];
}

/** The first subtree of the scope that is there: the guard makes the groups of adopted processes below it. */
export function adoptionPlace(scope: readonly string[], fs: CgroupFs): string | undefined {
  return scope.find(
    (path) => !path.endsWith("*") && !path.includes(`/${ADOPTED}`) && fs.inode("cpu", path) !== undefined,
  );
}
