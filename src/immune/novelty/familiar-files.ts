import type { AgentContext } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { NOVELTY } from "./novelty.ts";
import { dropOldest } from "../bounded/oldest.ts";

export const FAMILIAR = {
  /** A fresh file is half as strange after each so many quiet starts. */
  halvesEvery: 8,
  /** Starts within this count once: harm shows itself within seconds, and a burst proves nothing. */
  apartMs: 1000,
  files: 1024,
} as const;

interface Known {
  starts: number;
  lastMs: number;
  dangerous: boolean;
}

/** Fresh files that were started again and again without consequence: a tool of a tree that was just installed. */
export class FamiliarFiles {
  private readonly known = new Map<string, Known>();

  /** Counts a start; 1 for a file not known, less with each quiet start before. A file written anew is a new one. */
  started(exe: EntityKey, writtenMs: number, nowMs: number): number {
    const name = `${exe} ${writtenMs}`;
    const file = this.known.get(name) ?? { starts: 0, lastMs: Number.NEGATIVE_INFINITY, dangerous: false };
    const factor = file.dangerous ? 1 : 2 ** (-file.starts / FAMILIAR.halvesEvery);
    if (nowMs - file.lastMs >= FAMILIAR.apartMs) {
      file.starts++;
      file.lastMs = nowMs;
    }
    this.known.delete(name);
    this.known.set(name, file);
    dropOldest(this.known, FAMILIAR.files);
    return factor;
  }

  /** What runs in a process that is in danger does not become familiar. */
  onDanger(entity: EntityKey, context: AgentContext): void {
    if (context.field.bySource(entity, "danger").size < 2) return;
    if (context.field.concentration(entity, "danger") < NOVELTY.intolerant) return;
    const exe = context.processes.get(entity)?.exe ?? "";
    if (exe === "") return;
    for (const [name, file] of this.known) if (name.startsWith(`${exe} `)) file.dangerous = true;
  }
}
