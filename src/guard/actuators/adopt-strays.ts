import { ADOPTED, adoptedPath } from "../../core/adopted.ts";
import type { Config } from "../../core/config.ts";
import { matchOf } from "../../core/workload-match.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import { matchesProcess, unitPathOf } from "../../kernel/process-match.ts";
import { listPids, readCgroups, readExe, readProcessStat } from "../../kernel/procfs.ts";
import { placesOf } from "./adopt-groups.ts";
import { MAX_MOVED, type Moved, type Place } from "./adopt-state.ts";
import { inSubtree } from "../scope.ts";

type Declared = Config["workloads"][number];

/** Name of each hierarchy in /proc/PID/cgroup. */
const V1_NAMES: Readonly<Record<Place, string>> = {
  cpu: "cpu",
  v2: "",
  memory: "memory",
  io: "blkio",
  freezer: "freezer",
};

/**
 * The declared processes that share their group with others, and that may be moved below `scope`. The guard finds them by
 * itself: what asks for an adoption says only that it is wanted.
 */
export function findStrays(fs: CgroupFs, config: Config, scope: string): Moved[] {
  const { procRoot } = fs.host;
  const wanted = config.workloads.filter((each) => each.adopt && isByProcess(each));
  if (wanted.length === 0) return [];
  const own = ownProcesses(procRoot);
  const found: Moved[] = [];
  for (const pid of listPids(procRoot)) {
    if (found.length >= MAX_MOVED) break;
    const stat = readProcessStat(pid, procRoot);
    if (stat === undefined || stat.kernelThread || pid === 1 || own.has(pid) || isGuarded(pid, config, procRoot))
      continue;
    const declared = wanted.find((each) => matchesProcess(matchOf(each), pid, { procRoot }));
    const from = declared && originOf(pid, fs);
    if (declared === undefined || from === undefined || !isAstray(from.cpu ?? from.v2 ?? "/", declared, fs, scope))
      continue;
    // Looked at before and after: what lies between is of this very process.
    if (readProcessStat(pid, procRoot)?.startTicks === stat.startTicks)
      found.push({ name: declared.name, pid, startTicks: stat.startTicks, from });
  }
  return found;
}

function isByProcess(declared: Declared): boolean {
  const { unit, executable, user } = matchOf(declared);
  return [unit, executable, user].some((each) => each !== undefined);
}

function originOf(pid: number, fs: CgroupFs): Moved["from"] | undefined {
  const paths = readCgroups(pid, fs.host.procRoot);
  if (paths === undefined) return undefined;
  const from: Partial<Record<Place, string>> = {};
  for (const place of placesOf(fs)) {
    const path = paths.get(fs.hierarchy(place)?.version === 1 ? V1_NAMES[place] : "");
    if (path !== undefined) from[place] = path;
  }
  return from;
}

/** Neither in an adopted group, nor in its unit's own, nor in one where nothing else runs. */
function isAstray(path: string, declared: Declared, fs: CgroupFs, scope: string): boolean {
  if (path === adoptedPath(scope, declared.name) || path.includes(`/${ADOPTED}/`)) return false;
  if (path === "/") return true;
  const match = matchOf(declared);
  if (match.unit !== undefined && unitPathOf(match.unit, path) !== undefined) return false;
  const { procRoot } = fs.host;
  return fs.processes("cpu", path, true).some((pid) => !matchesProcess(match, pid, { procRoot }));
}

function isGuarded(pid: number, { protect }: Config, procRoot: string): boolean {
  const exe = readExe(pid, procRoot);
  if (exe !== undefined && protect.executables.includes(exe)) return true;
  const paths = [...new Set(readCgroups(pid, procRoot)?.values())];
  return protect.cgroups.some((pattern) => paths.some((path) => inSubtree(pattern, path)));
}

/** This process, its ancestors, and all that descends from it: the layer. */
function ownProcesses(procRoot: string): ReadonlySet<number> {
  const parents = new Map(listPids(procRoot).map((pid) => [pid, readProcessStat(pid, procRoot)?.ppid ?? 0]));
  const own = new Set<number>();
  for (let pid = process.pid; pid > 0 && !own.has(pid); pid = parents.get(pid) ?? 0) own.add(pid);
  const below = (pid: number): boolean => {
    for (let up = parents.get(pid) ?? 0, steps = 0; up > 1 && steps < 64; up = parents.get(up) ?? 0, steps++)
      if (up === process.pid) return true;
    return false;
  };
  for (const pid of parents.keys()) if (below(pid)) own.add(pid);
  return own;
}
