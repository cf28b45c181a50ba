import { PHEROMONES, type FieldView, type PheromoneName } from "../core/agent.ts";
import { HOST } from "../core/entity.ts";
import { RESPONSE } from "./responder.ts";

export const GATE = {
  /** Without demand before the search begins, or goes on: the reflex is at rest again. */
  calmMs: 30_000,
  /** The same before a comparison goes on that was interrupted: the reflex has done what it does. */
  resumeMs: 8000,
  /** With demand all the time: whatever the reflex could do has not been enough. */
  stuckMs: 90_000,
} as const;

/** felt: the reflex's turn. calm: the search's. stuck: the reflex has had its turn, and services still wait. */
export type Gate = "felt" | "calm" | "stuck";

const DEMANDS = (Object.keys(PHEROMONES) as PheromoneName[]).filter((name) => name.startsWith("demand."));

/** Whether it is the search's turn, told by the demand on the host alone. */
export class SearchGate {
  private feltMs: number | undefined;
  private sinceMs: number | undefined;

  /** `interrupted`: a comparison waits to go on. */
  sense(field: FieldView, nowMs: number, interrupted = false): Gate {
    const isFelt = DEMANDS.some((name) => field.concentration(HOST, name) >= RESPONSE.least);
    this.feltMs ??= nowMs;
    if (!isFelt) {
      if (nowMs - this.feltMs >= GATE.calmMs) {
        this.sinceMs = undefined;
        return "calm";
      }
      // A candidate that helps makes pauses: they do not end it.
      if (this.isStuck(nowMs)) return "stuck";
      return interrupted && nowMs - this.feltMs >= GATE.resumeMs ? "calm" : "felt";
    }
    this.feltMs = nowMs;
    this.sinceMs ??= nowMs;
    return this.isStuck(nowMs) ? "stuck" : "felt";
  }

  private isStuck(nowMs: number): boolean {
    return this.sinceMs !== undefined && nowMs - this.sinceMs >= GATE.stuckMs;
  }
}
