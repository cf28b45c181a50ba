import type { AgentContext } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { NOVELTY } from "./novelty.ts";
import { dropOldest } from "../bounded/oldest.ts";

export const HABITUAL = {
  /** On so many occasions, */
  times: 3,
  /** an hour apart at least, so that one burst is one occasion, */
  apartMs: 3_600_000,
  /** and over a day: whoever wants to be taken for a habit must go on unnoticed for that long. */
  spanMs: 86_400_000,
  /** What is left of a fact that is a habit: with two other kinds it still counts. */
  factor: 0.2,
  entries: 1024,
} as const;

interface Seen {
  times: number;
  readonly firstMs: number;
  lastMs: number;
}

/**
 * Strange things that this host does all the time: a shell that a build server feeds through pipes, a daemon that its service
 * manager starts at a socket. For facts that are too rare for the statistics of firsts (surprise.ts). By wall clock, so that it
 * lasts over restarts.
 */
export class Habitual {
  private readonly seen = new Map<string, Seen>();

  /** 1, or HABITUAL.factor of what was done often and for long; counts this occasion, unless the doer is in danger for something else. */
  factor(what: readonly string[], entity: EntityKey, context: Pick<AgentContext, "wallMs" | "field">): number {
    const name = what.join("\n");
    const seen = this.seen.get(name);
    const inDanger = context.field.concentration(entity, "danger") >= NOVELTY.intolerant;
    if (seen === undefined) {
      if (!inDanger) this.seen.set(name, { times: 1, firstMs: context.wallMs, lastMs: context.wallMs });
      dropOldest(this.seen, HABITUAL.entries);
      return 1;
    }
    const isHabit = seen.times >= HABITUAL.times && context.wallMs - seen.firstMs >= HABITUAL.spanMs;
    if (!inDanger && context.wallMs - seen.lastMs >= HABITUAL.apartMs) {
      seen.times++;
      seen.lastMs = context.wallMs;
      this.seen.delete(name);
      this.seen.set(name, seen);
    }
    return isHabit ? HABITUAL.factor : 1;
  }

  /** Plain JSON, for `recall`. */
  remember(): unknown {
    return [...this.seen].map(([name, { times, firstMs, lastMs }]) => [name, times, firstMs, lastMs]);
  }

  recall(memory: unknown): void {
    if (!Array.isArray(memory)) return;
    for (const row of memory.slice(-HABITUAL.entries) as unknown[]) {
      if (!Array.isArray(row)) continue;
      const [name, times, firstMs, lastMs] = row as unknown[];
      if (typeof name === "string" && name.length <= 1024 && isTime(times) && isTime(firstMs) && isTime(lastMs))
        this.seen.set(name, { times, firstMs, lastMs });
    }
  }
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
