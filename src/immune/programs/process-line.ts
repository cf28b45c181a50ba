import type { ProcessView } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { baseName, isSystemPath } from "./executable.ts";
import { natureOf } from "./ancestry.ts";
import { remembered } from "../bounded/remembered.ts";

/** What starts services and sessions: a line begins below it. Counts only from a system folder. */
const INITS: ReadonlySet<string> = new Set("systemd init launchd runit s6-svscan openrc-init dinit".split(" "));

/**
 * The process at whose head a line stands: the main process of a service or of a container, or the shell of a session; the
 * process itself where nothing is known. By who made whom, so that a double fork leaves no line; it ends where the cgroup does.
 */
export function lineOf(entity: EntityKey, processes: ProcessView): EntityKey {
  let head = entity;
  const cgroup = processes.get(entity)?.cgroup ?? "";
  for (const { process, path } of processes.lineage(entity)) {
    if (process === entity) continue;
    // By its text, for every exec comes here.
    if (process.startsWith("p:1@") || isBegetter(path)) break;
    const other = processes.get(process)?.cgroup ?? "";
    if (other !== "" && cgroup !== "" && other !== cgroup) break;
    head = process;
  }
  return head;
}

const isBegetter = remembered(
  2048,
  (path): boolean => isSystemPath(path) && (INITS.has(baseName(path)) || natureOf(path) === "seat"),
);
