import type { WritesEvent } from "../core/event.ts";
import type { WriteCount } from "./calls/write-counts.ts";

/** Counts of one turn as events. `atNs`: CLOCK_BOOTTIME of its end. */
export function writesEvents(counts: readonly WriteCount[], atNs: number, overMs: number): WritesEvent[] {
  return counts.map(({ pid, startTicks, ...counted }) => ({
    kind: "writes",
    atNs,
    process: { pid, startTicks },
    overMs,
    ...counted,
  }));
}
