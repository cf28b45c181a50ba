import { ALWAYS_WANTED, type EventKind } from "../core/event-kinds.ts";

/** A look at every process of the host takes tens of milliseconds. */
const PAUSE_MS = 5000;

/**
 * Tells when procfs has to be read again: what says who runs was lost since the last look. While losses go on the
 * repairs come at a bounded rate, and one follows the last loss.
 */
export class IdentityRepair {
  private before: Readonly<Partial<Record<EventKind, number>>> = {};
  private owed = false;
  private lastMs = -Infinity;

  /** `lost`: per kind since the start. */
  due(lost: Readonly<Partial<Record<EventKind, number>>>, nowMs: number): boolean {
    this.owed ||= ALWAYS_WANTED.some((kind) => (lost[kind] ?? 0) > (this.before[kind] ?? 0));
    this.before = { ...lost };
    if (!this.owed || nowMs - this.lastMs < PAUSE_MS) return false;
    this.owed = false;
    this.lastMs = nowMs;
    return true;
  }
}
