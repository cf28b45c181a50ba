import type { AgentContext } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { natureOf } from "../programs/ancestry.ts";
import { executableId, isLastingPlace, placeOf } from "../programs/executable.ts";
import { HABITUAL } from "./habitual.ts";
import { NOVELTY } from "./novelty.ts";
import { dropOldest } from "../bounded/oldest.ts";

const KEPT = 2048;
/** From the doer up, so many programs belong to the habit: what cron's script does is not excused in a server's. */
const GENERATIONS = 3;
const MAX_NAME = 2048;

/** Kinds of evidence that changing a host's settings is in itself: they speak of one deed, and not against its being a habit. */
export const SETTINGS_DEEDS = ["persistence", "rule", "mass-rewrite"] as const;

interface Deed {
  /** Wall clock, so that habits last over restarts. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly times: number;
  readonly by: EntityKey;
  readonly usual: boolean;
}

type Context = Pick<AgentContext, "wallMs" | "processes" | "field">;

/**
 * What a program does in its place to the same files again and again without consequence is its own: usual from the first
 * return after a probation on, which begins anew where there was other evidence. Programs that only start others (shells) have no habits of their own, nor has what runs in a session.
 */
export class HabitualFiles {
  private readonly deeds = new Map<string, Deed>();

  /**
   * `own`: kinds of evidence that the doing itself is, which do not count against it. `deeds`: kinds that do not either
   * where it was done on as many days as make a habit of what is rare (habitual.ts).
   */
  isUsual(
    by: EntityKey,
    what: string,
    own: readonly string[],
    context: Context,
    deeds: readonly string[] = own,
  ): boolean {
    const name = nameOf(by, what, context);
    if (name === undefined) return false;
    const nowMs = context.wallMs;
    const before = this.deeds.get(name);
    if (before === undefined) {
      this.keep(name, { firstMs: nowMs, lastMs: nowMs, times: 1, by, usual: false });
      return false;
    }
    if (before.usual) return true;
    if (nowMs - before.firstMs < NOVELTY.probationMs) return false;
    const doers = [before.by, by];
    if (!doers.some((each) => isSuspected(each, own, context))) {
      this.keep(name, { ...before, usual: true });
      return true;
    }
    // Who was or is under suspicion of anything else teaches nothing.
    if (doers.some((each) => isSuspected(each, deeds, context))) {
      this.keep(name, { firstMs: nowMs, lastMs: nowMs, times: 1, by, usual: false });
      return false;
    }
    return this.again(name, before, by, nowMs);
  }

  /** Plain JSON, for `recall`. */
  remember(): unknown {
    return [...this.deeds].map(([name, { firstMs, lastMs, times, usual }]) => [name, firstMs, lastMs, times, usual]);
  }

  recall(memory: unknown): void {
    if (!Array.isArray(memory)) return;
    for (const row of memory.slice(-KEPT) as unknown[]) {
      if (!Array.isArray(row)) continue;
      const [name, firstMs, lastMs, times, usual] = row as unknown[];
      if (typeof name !== "string" || name.length > MAX_NAME || typeof usual !== "boolean") continue;
      if (isTime(firstMs) && isTime(lastMs) && isTime(times))
        this.keep(name, { firstMs, lastMs, times, by: "", usual });
    }
  }

  private again(name: string, before: Deed, by: EntityKey, nowMs: number): boolean {
    if (nowMs - before.lastMs < HABITUAL.apartMs) return false;
    const usual = before.times >= HABITUAL.times && nowMs - before.firstMs >= HABITUAL.spanMs;
    this.keep(name, { ...before, lastMs: nowMs, times: before.times + 1, by, usual });
    return usual;
  }

  private keep(name: string, deed: Deed): void {
    this.deeds.delete(name);
    this.deeds.set(name, deed);
    dropOldest(this.deeds, KEPT);
  }
}

/** Undefined where the doer has no habits. */
function nameOf(by: EntityKey, what: string, { processes }: Pick<AgentContext, "processes">): string | undefined {
  const record = processes.get(by);
  if (record === undefined || natureOf(record.path) !== "program" || isInSession(record.cgroup)) return undefined;
  const place = placeOf(record.cgroup, 0);
  if (!isLastingPlace(place)) return undefined;
  const above = processes.lineage(by).slice(1, GENERATIONS);
  const line = [executableId(record.path, record.exe), ...above.map(({ path }) => path)];
  const name = [...line, place, what].join("\n");
  return name.length > MAX_NAME ? undefined : name;
}

function isInSession(cgroup: string): boolean {
  return cgroup.startsWith("/user.slice") || cgroup === "/" || cgroup === "";
}

function isSuspected(entity: EntityKey, own: readonly string[], { field }: Pick<AgentContext, "field">): boolean {
  if (entity === "") return false;
  let sum = 0;
  for (const [kind, amount] of field.bySource(entity, "danger.slow")) if (!own.includes(kind)) sum += amount;
  return sum >= NOVELTY.intolerant / 2;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
