import type { EventKind } from "../core/event.ts";
import type { Losses } from "../core/reading.ts";

/** Run-queue delay of one cpu cgroup since the previous call. */
export interface RunqDelta {
  /** Times a task was put on a CPU after waiting. */
  readonly count: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly meanNs: number;
  readonly onCpuNs: number;
}

/** What the sampler takes from the source of events, whichever it is. */
export interface KernelCounters {
  /** By inode of the group's directory in the hierarchy of the cpu controller; undefined where it is not measured. */
  runq(): ReadonlyMap<number, RunqDelta> | undefined;
  /** Events per kind since the start. */
  counts(): Readonly<Partial<Record<EventKind, number>>>;
  losses(): Losses;
}
