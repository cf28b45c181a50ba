import type { EntityKey } from "./entity.ts";

/** One sampled number of an entity. The table is the only list: display, metrics and agents use it. */
export const READINGS = {
  "cpu.cores": { unit: "cores", says: "CPU time used per second of wall clock" },
  "runq.delay.p50": { unit: "ns", says: "median time a runnable task waited for a CPU" },
  "runq.delay.p99": { unit: "ns", says: "99th percentile of the time a runnable task waited for a CPU" },
  "runq.delay.mean": {
    unit: "ns",
    says: "mean time a runnable task waited for a CPU (schedstat, where eBPF is missing)",
  },
  "runq.count": { unit: "wake-ups/s", says: "times per second that a task of the workload was put on a CPU" },
  "cpu.throttled": { unit: "ratio", says: "share of the time that a quota held the workload back" },
  "pressure.cpu.some": { unit: "ratio", says: "share of the time that some task waited for a CPU (PSI)" },
  "pressure.memory.some": { unit: "ratio", says: "share of the time that some task waited for memory (PSI)" },
  "pressure.io.some": { unit: "ratio", says: "share of the time that some task waited for storage (PSI)" },
  tasks: { unit: "processes", says: "processes in the workload" },
  "cpu.weight": { unit: "weight", says: "the weight in force, on the v2 scale" },
  "cpu.idle": { unit: "flag", says: "1 where the group runs only when nothing else wants the CPU" },
  frozen: { unit: "flag", says: "1 where the group is frozen" },
  "memory.bytes": { unit: "bytes", says: "memory charged to the workload, or resident sizes added up" },
} as const;

export type ReadingName = keyof typeof READINGS;

export interface Reading {
  readonly entity: EntityKey;
  readonly name: ReadingName;
  readonly value: number;
}

export type WorkloadKind = "latency" | "batch" | "unknown";

/** A workload as the senses see it; its readings come apart. */
export interface WorkloadInfo {
  /** cgroup path ("/a/b") or group label ("exe:NAME", "unit:NAME"). */
  readonly name: string;
  readonly kind: WorkloadKind;
  /** Operator's or lab's short name for it, for people. */
  readonly label: string;
  /** Whether the workload is a cgroup, so that it has knobs. */
  readonly cgroup: boolean;
  /** Latency target: run-queue delay p99 in nanoseconds; 0 where none. */
  readonly targetNs: number;
}

/** Everything sampled in one turn. */
export interface ReadingBatch {
  /** CLOCK_REALTIME milliseconds. */
  readonly atMs: number;
  readonly workloads: readonly WorkloadInfo[];
  readonly readings: readonly Reading[];
  readonly losses: Losses;
  /** Events per kind since the layer started, as made by the kernel. */
  readonly events: Readonly<Record<string, number>>;
}

/** Losses are never silent: each kind has its counter since the start. */
export interface Losses {
  /** Records the kernel could not put into the full ring. */
  readonly ring: number;
  /** Records that came up damaged or unknown. */
  readonly damaged: number;
  /** Records shed between warden and hive because the hive was too slow. */
  readonly shed: number;
}

export const NO_LOSSES: Losses = { ring: 0, damaged: 0, shed: 0 };
