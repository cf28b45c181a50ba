import type { Config } from "../core/config.ts";
import { matchOf } from "../core/workload-match.ts";
import { objectiveWords } from "../core/workload.ts";
import { printable } from "../core/printable.ts";
import type { WorkloadInfo, WorkloadKind } from "../core/reading.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { isCleanPath } from "../kernel/cgroup-fs.ts";
import { labelOfPath } from "./grouping.ts";

export type Declared = Config["workloads"][number];

/** A path that the configuration names, and whose declaration it falls under. */
export interface DeclaredMatch {
  readonly path: string;
  readonly declared: Declared;
}

const MAX_MATCHES = 256;

/**
 * The paths that each declaration stands for: itself, or the groups that its trailing * matches now.
 * The first declaration that names a path has it.
 */
export function resolveDeclared(declarations: readonly Declared[], fs: CgroupFs): DeclaredMatch[] {
  const found = new Map<string, DeclaredMatch>();
  for (const declared of declarations) {
    const { cgroup, ...others } = matchOf(declared);
    if (cgroup === undefined || Object.values(others).some((value) => value !== undefined)) continue;
    for (const path of pathsOf(cgroup, fs)) {
      if (found.size >= MAX_MATCHES) return [...found.values()];
      if (!found.has(path)) found.set(path, { path, declared });
    }
  }
  return [...found.values()];
}

function pathsOf(pattern: string, fs: CgroupFs): string[] {
  if (!pattern.endsWith("*")) return isCleanPath(pattern) ? [pattern] : [];
  const slash = pattern.lastIndexOf("/");
  const parent = pattern.slice(0, slash) || "/";
  const start = pattern.slice(slash + 1, -1);
  const names = new Set([...fs.children("cpu", parent), ...fs.children("v2", parent)]);
  return [...names]
    .filter((name) => name.startsWith(start))
    .sort()
    .map((name) => joinPath(parent, name));
}

export function joinPath(parent: string, name: string): string {
  return parent === "/" ? `/${name}` : `${parent}/${name}`;
}

/** `told`: the kind by behaviour, for a declaration that leaves it open. */
export function declaredInfo({ path, declared }: DeclaredMatch, told?: Told): WorkloadInfo {
  const { kind = told?.kind ?? "unknown", objective } = declared;
  const own = objective === undefined ? undefined : objectiveWords(objective);
  const { memory, io } = objective?.pressure ?? {};
  return {
    name: path,
    kind,
    label: printable(declared.name, 64),
    cgroup: true,
    targetNs: kind === "latency" ? declared.targetMs * 1e6 : 0,
    ...(declared.kind === undefined && told !== undefined && { confidence: told.confidence }),
    ...(own !== undefined && { objective: printable(own, 256) }),
    ...((memory !== undefined || io !== undefined) && {
      pressureTargets: { ...(memory !== undefined && { memory }), ...(io !== undefined && { io }) },
    }),
  };
}

/** A kind that nobody declared, and what goes with it. */
export interface Told {
  readonly kind: WorkloadKind;
  readonly confidence: number;
  readonly targetNs: number;
}

export function inferredInfo(path: string, { kind, confidence, targetNs }: Told): WorkloadInfo {
  const info = discoveredInfo(path);
  return info.cgroup ? { ...info, kind, confidence, targetNs } : info;
}

/**
 * A group that nobody declared. A name that cannot be shown as it is (an escape in it) is no path
 * any more, so such a group is watched but has no knobs.
 */
export function discoveredInfo(path: string): WorkloadInfo {
  const name = printable(path, 512);
  return { name, kind: "unknown", label: labelOfPath(path), cgroup: name === path, targetNs: 0 };
}

export function groupInfo(group: { readonly name: string; readonly label: string }): WorkloadInfo {
  return { name: group.name, kind: "unknown", label: group.label, cgroup: false, targetNs: 0 };
}
