import type { AgentContext } from "../../core/agent.ts";
import { STRENGTH } from "./response-plan.ts";

/**
 * Kinds of evidence by which a host's ordinary work is accused until it is known: they say that something was not seen before, or
 * that a routine deed was done by somebody new, and habits are learned by what returns on another day. The others say what hardly
 * any ordinary work does, on whatever day.
 */
export const LEARNABLE: ReadonlySet<string> = new Set([
  "lineage",
  "destination",
  "sequence",
  "fresh-file",
  "dropped-file",
  "persistence",
  "credentials",
  "discovery",
  // What is written to files becomes usual; and a rule below CRITICAL names a step that is often innocent.
  "rule",
  // Who ordered one of these.
  "remote-order",
]);

/** Whether there is nothing strong among it but what learning itself would come to tolerate. */
export function isNovelty(amounts: ReadonlyMap<string, number>): boolean {
  return ![...amounts].some(([kind, amount]) => amount >= STRENGTH.strongKind && !LEARNABLE.has(kind));
}

/**
 * Since when this host is being learned. Until `forMs` are over, what may only be new is told and not acted on: the layer tolerates an
 * unknown host, and who tolerates does not freeze.
 */
export class Learning {
  private readonly forMs: number;
  private sinceMs: number | undefined;

  /** Milliseconds. */
  constructor(forMs: number) {
    this.forMs = forMs;
  }

  /** To be asked from the beginning on: the first time is when it begins. */
  isOn({ wallMs }: Pick<AgentContext, "wallMs">): boolean {
    // A clock that was set back begins anew: nothing is older than now.
    if (this.sinceMs === undefined || this.sinceMs > wallMs) this.sinceMs = wallMs;
    return wallMs - this.sinceMs < this.forMs;
  }

  /** When it is over, wall clock; undefined where it is, or has not begun. */
  untilMs(wallMs: number): number | undefined {
    const until = (this.sinceMs ?? Number.NEGATIVE_INFINITY) + this.forMs;
    return until > wallMs ? until : undefined;
  }

  remember(): number | undefined {
    return this.sinceMs;
  }

  recall(memory: unknown): void {
    if (typeof memory === "number" && Number.isFinite(memory) && memory > 0) this.sinceMs = memory;
  }
}
