import type { ProcessView } from "../../../core/agent.ts";
import { workloadKey, type EntityKey } from "../../../core/entity.ts";
import type { EventDoers } from "../../../core/reading.ts";
import { nameOf } from "../../programs/executable.ts";

export interface FloodSource {
  readonly entity: EntityKey;
  /** For people. */
  readonly name: string;
  /** Part of all events. */
  readonly share: number;
  readonly through: "process" | "lineage" | "workload";
}

/** Steps up the tree, as many as a lineage has. */
const GENERATIONS = 16;
/** Fewer events in the sample say nothing about shares. */
const ENOUGH = 100;

/**
 * Who made at least `share` of the events: one process; else the nearest common ancestor of those that did, as of a fork
 * bomb; else a workload. Not whoever everything descends from: that would accuse init of the whole host.
 */
export function floodSource(
  doers: EventDoers | undefined,
  share: number,
  processes: ProcessView,
): FloodSource | undefined {
  if (doers === undefined || doers.events < ENOUGH) return undefined;
  const enough = doers.events * share;
  const of = (entity: EntityKey, count: number, name: string, through: FloodSource["through"]): FloodSource => {
    return { entity, name, share: Math.min(1, count / doers.events), through };
  };
  for (const [process, count] of doers.byProcess)
    if (count >= enough) return of(process, count, nameOf({ processes }, process), "process");
  const ancestor = nearestAncestor(doers.byProcess, enough, processes);
  if (ancestor !== undefined) return of(ancestor[0], ancestor[1], nameOf({ processes }, ancestor[0]), "lineage");
  for (const [cgroup, count] of byCgroup(doers.byProcess, processes))
    if (count >= enough && cgroup !== "" && cgroup !== "/") return of(workloadKey(cgroup), count, cgroup, "workload");
  return undefined;
}

function nearestAncestor(
  byProcess: ReadonlyMap<EntityKey, number>,
  enough: number,
  processes: ProcessView,
): [EntityKey, number] | undefined {
  const below = new Map<EntityKey, { count: number; depth: number }>();
  for (const [process, count] of byProcess) {
    const line = lineOf(process, processes);
    line.forEach((entity, at) => {
      const depth = line.length - at;
      const known = below.get(entity);
      if (known === undefined) below.set(entity, { count, depth });
      else known.count += count;
    });
  }
  let nearest: [EntityKey, number] | undefined;
  let depth = 0;
  for (const [entity, found] of below) {
    if (found.count < enough || found.depth <= depth) continue;
    nearest = [entity, found.count];
    depth = found.depth;
  }
  return nearest;
}

/** The process and its ancestors, without the root of the tree. */
function lineOf(process: EntityKey, processes: ProcessView): EntityKey[] {
  const line: EntityKey[] = [];
  let record = processes.get(process);
  while (record !== undefined && record.parent !== "" && line.length < GENERATIONS) {
    line.push(record.key);
    record = processes.get(record.parent);
  }
  return line;
}

function byCgroup(byProcess: ReadonlyMap<EntityKey, number>, processes: ProcessView): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [process, count] of byProcess) {
    const cgroup = processes.get(process)?.cgroup ?? "";
    counts.set(cgroup, (counts.get(cgroup) ?? 0) + count);
  }
  return counts;
}
