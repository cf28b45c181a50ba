import type { AgentContext } from "../core/agent.ts";
import type { EntityKey } from "../core/entity.ts";
import { natureOf } from "./ancestry.ts";
import { executableId, isLastingPlace, placeOf } from "./executable.ts";
import { NOVELTY } from "./novelty.ts";
import { dropOldest } from "./oldest.ts";

const KEPT = 2048;

/**
 * What a program does in its place to the same files again and again without consequence is its own: usual from the first
 * return after a probation on, which begins anew where there was other evidence. Programs that only start others (shells) have no habits of their own, nor has what runs in a session.
 */
export class HabitualFiles {
  private readonly firsts = new Map<string, { readonly atMs: number; readonly by: EntityKey; usual: boolean }>();

  /** `own`: kinds of evidence that the doing itself is, which do not count against it. */
  isUsual(
    by: EntityKey,
    what: string,
    own: readonly string[],
    context: Pick<AgentContext, "nowMs" | "processes" | "field">,
  ): boolean {
    const record = context.processes.get(by);
    if (record === undefined || natureOf(record.path) !== "program" || isInSession(record.cgroup)) return false;
    const place = placeOf(record.cgroup, 0);
    if (!isLastingPlace(place)) return false;
    const name = `${executableId(record.path, record.exe)}\n${place}\n${what}`;
    const first = this.firsts.get(name);
    if (first === undefined) {
      this.firsts.set(name, { atMs: context.nowMs, by, usual: false });
      dropOldest(this.firsts, KEPT);
      return false;
    }
    if (first.usual) return true;
    if (context.nowMs - first.atMs < NOVELTY.probationMs) return false;
    // Who was or is under suspicion teaches nothing.
    if ([first.by, by].some((each) => isSuspected(each, own, context))) {
      this.firsts.set(name, { atMs: context.nowMs, by, usual: false });
      return false;
    }
    first.usual = true;
    return true;
  }
}

function isInSession(cgroup: string): boolean {
  return cgroup.startsWith("/user.slice") || cgroup === "/" || cgroup === "";
}

function isSuspected(entity: EntityKey, own: readonly string[], { field }: Pick<AgentContext, "field">): boolean {
  let sum = 0;
  for (const [kind, amount] of field.bySource(entity, "danger.slow")) if (!own.includes(kind)) sum += amount;
  return sum >= NOVELTY.intolerant / 2;
}
