import type { EntityKey } from "../core/entity.ts";
import type { EventDoers } from "../core/reading.ts";

export const TALLY = {
  /**
   * Every so many events one is counted: shares of a flood are then known to one in a hundred at two nanoseconds an event. A
   * prime, so that no rhythm of a few calls stays in step with it.
   */
  every: 13,
  /** More processes than make events in a second; of the rest only the sum is known. */
  processes: 4096,
} as const;

/** Who makes the events of a turn, by sample; bounded. */
export class EventTally {
  private skipped = 0;
  private events = 0;
  private byProcess = new Map<EntityKey, number>();

  /** `process` "" for what is counted and belongs to nobody. */
  note(process: EntityKey): void {
    if (++this.skipped < TALLY.every) return;
    this.skipped = 0;
    this.events++;
    const before = this.byProcess.get(process);
    if (process === "" || (before === undefined && this.byProcess.size >= TALLY.processes)) return;
    this.byProcess.set(process, (before ?? 0) + 1);
  }

  /** What was counted since the last time. */
  take(): EventDoers {
    const { events, byProcess } = this;
    this.events = 0;
    this.byProcess = new Map();
    return { events, byProcess };
  }
}
