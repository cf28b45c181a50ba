import { fieldOf, numberOf } from "./sampler-files.ts";

/** How often a group met the bounds of its memory since it was made, groups below included; undefined: not told. */
export interface MemoryEvents {
  /** Above memory.high: made to wait and give back. v1 has none. */
  readonly high: number | undefined;
  /** At the limit. */
  readonly max: number | undefined;
  /** Processes that the kernel ended. */
  readonly oomKills: number | undefined;
}

/** memory.events (Documentation/admin-guide/cgroup-v2.rst). */
export function parseMemoryEvents(text: string | undefined): MemoryEvents {
  return { high: fieldOf(text, "high"), max: fieldOf(text, "max"), oomKills: fieldOf(text, "oom_kill") };
}

/** memory.failcnt, of the group alone, and memory.oom_control (Documentation/admin-guide/cgroup-v1/memory.rst). */
export function parseMemoryFailures(failcnt: string | undefined, oomControl: string | undefined): MemoryEvents {
  return { high: undefined, max: numberOf(failcnt), oomKills: fieldOf(oomControl, "oom_kill") };
}
