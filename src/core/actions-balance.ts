import type { ActionSpec } from "./action.ts";

const KNOB = { colony: "balance", perMinute: 60, maxLeaseMs: 60_000, containment: false } as const;

/** What the balance colony can turn, beside CPU weight and idle. */
export const BALANCE_ACTIONS = {
  "cpu.max": {
    ...KNOB,
    unit: "% of one CPU",
    min: 5,
    max: 100_000,
    maxStepFactor: 20,
    byName: true,
    says: "most CPU time that the group may use, 100 being one whole CPU (cgroup quota)",
  },
  "memory.high": {
    ...KNOB,
    unit: "MiB",
    min: 16,
    max: 1 << 24,
    maxStepFactor: 2,
    byName: true,
    says: "memory beyond which the group is slowed and reclaimed from; on cgroup v1 its soft limit, which counts only when the host is short",
  },
  "memory.low": {
    ...KNOB,
    unit: "MiB",
    min: 1,
    max: 1 << 24,
    maxStepFactor: 2,
    byName: true,
    says: "memory of the group that is not reclaimed while others have some to give (cgroup v2 only)",
  },
  "memory.reclaim": {
    ...KNOB,
    unit: "MiB",
    min: 1,
    // Done before the next proposal is looked at, so it has to be little.
    max: 64,
    maxStepFactor: 1,
    perMinute: 30,
    once: true,
    byName: true,
    says: "take so much memory that the group does not use at present, once; it comes back as it is needed (cgroup v2 only)",
  },
  "io.weight": {
    ...KNOB,
    unit: "weight",
    min: 1,
    max: 10_000,
    maxStepFactor: 100,
    byName: true,
    says: "share of the disks relative to sibling groups (default 100), where a scheduler weighs",
  },
  "io.max": {
    ...KNOB,
    unit: "KiB/s",
    min: 1024,
    max: 1 << 30,
    maxStepFactor: 16,
    byName: true,
    says: "most that the group may read, and most that it may write, in a second on each disk that it has used",
  },
  "sched.slice": {
    ...KNOB,
    unit: "µs",
    min: 100,
    max: 100_000,
    maxStepFactor: 40,
    byName: true,
    says: "length of a turn on the CPU for each task of the group: short turns come sooner, long ones lose less to switching (Linux 6.12)",
  },
  "sched.nice": {
    ...KNOB,
    unit: "nice",
    min: -20,
    max: 19,
    maxStepFactor: 1,
    maxStep: 10,
    byName: true,
    says: "nice value of each task of the group: 19 gives way to all, -20 goes before all",
  },
} as const satisfies Record<string, ActionSpec>;
