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
  "oncpu.burst.p50": { unit: "ns", says: "median time a task kept a CPU once it had it" },
  "oncpu.burst.p99": { unit: "ns", says: "99th percentile of the time a task kept a CPU once it had it" },
  "cpu.throttled": { unit: "ratio", says: "share of the time that a quota held the workload back" },
  "runq.sleeps": { unit: "1/s", says: "times per second that a task of the workload went to sleep of its own accord" },
  "pressure.cpu.some": { unit: "ratio", says: "share of the time that some task waited for a CPU (PSI)" },
  "pressure.memory.some": { unit: "ratio", says: "share of the time that some task waited for memory (PSI)" },
  "pressure.io.some": { unit: "ratio", says: "share of the time that some task waited for storage (PSI)" },
  tasks: { unit: "processes", says: "processes in the workload" },
  "cpu.weight": { unit: "weight", says: "the weight in force, on the v2 scale" },
  "cpu.idle": { unit: "flag", says: "1 where the group runs only when nothing else wants the CPU" },
  frozen: { unit: "flag", says: "1 where the group is frozen" },
  "memory.bytes": { unit: "bytes", says: "memory charged to the workload, or resident sizes added up" },
  "memory.high": { unit: "1/s", says: "times per second that memory.high made the workload wait and give back" },
  "memory.max": { unit: "1/s", says: "times per second that the workload met its memory limit" },
  "memory.oom.kills": {
    unit: "kills",
    says: "processes that the kernel ended for want of memory since the group was made",
  },
  "io.read.bytes": { unit: "bytes/s", says: "bytes read from storage per second" },
  "io.write.bytes": { unit: "bytes/s", says: "bytes written to storage per second" },
  "io.ops": { unit: "1/s", says: "reads and writes of storage per second" },
  "net.connects": { unit: "1/s", says: "connections over IP asked for per second" },
  "net.accepts": { unit: "1/s", says: "connections accepted per second" },
  "net.sends": { unit: "1/s", says: "messages sent to a named destination per second" },
  "file.opens": { unit: "1/s", says: "files opened per second, failures among them" },
  "file.writes": { unit: "1/s", says: "writing calls on regular files per second" },
  "file.changes": { unit: "1/s", says: "renames, removals, links and changes of mode or owner per second" },
  "objective.value": {
    unit: "own unit",
    says: "the workload's own objective: its metric, or the quantile of its probe",
  },
  "objective.target": { unit: "own unit", says: "what the objective's value should stay below (or above)" },
  "objective.excess": {
    unit: "ratio",
    says: "how far the objective misses its target: 1 is on it, 2 is twice too much or half of what it should be",
  },
  "objective.samples": { unit: "samples", says: "answers, or counts of a histogram, behind the objective's value" },
  "probe.p50": { unit: "ns", says: "median answer time of the layer's own probe, from when each request was due" },
  "probe.p99": { unit: "ns", says: "99th percentile of the same" },
  "probe.failures": { unit: "ratio", says: "share of the probe's requests that got no answer" },
} as const satisfies Record<string, { readonly unit: string; readonly says: string }>;

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
  /** Where the kind was told by behaviour: how sure that is, 0 to 1. Absent where it was declared, or nothing is known. */
  readonly confidence?: number;
  /** Lies in a subtree of the scope, so that it may be touched. Absent where that is not known. */
  readonly inScope?: boolean;
  /** Shares of the time that it may wait for memory and storage; absent where nobody said so. */
  readonly pressureTargets?: { readonly memory?: number; readonly io?: number };
  /** Name of its own objective's number, for people ("http_request_duration_seconds p99, s"); its readings are objective.*. */
  readonly objective?: string;
  /** Some of its processes have no group of their own: the subtree of the scope where the guard can make one. */
  readonly adoptInto?: string;
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
  /** Kinds that are watched now, because somebody wants them and this host can. Absent: those that procfs can tell. */
  readonly kinds?: readonly string[];
  /** Of `events`, per kind, what found no room in the ring. Absent, like all below, where no kernel counts it. */
  readonly lost?: Readonly<Record<string, number>>;
  /** Per kind since the start, what was counted instead of repeated: not in `events`, and no loss. */
  readonly merged?: Readonly<Record<string, number>>;
  readonly ring?: RingLevel;
  /** Kernel records that the hive got since its start, and the numbers missing between them; the hive adds this itself. */
  readonly received?: { readonly received: number; readonly gaps: number };
  /** Whose events the hive got since the turn before; the hive adds this itself. */
  readonly doers?: EventDoers;
  /** Only when measured anew, every ten seconds or so; until then the last one holds. */
  readonly sensors?: readonly SensorCost[];
}

/** A sample of one turn's events, by the process that made them. */
export interface EventDoers {
  /** Events in the sample, those of processes that found no room in `byProcess` among them. */
  readonly events: number;
  readonly byProcess: ReadonlyMap<EntityKey, number>;
}

/** How full the ring buffer is: an early sign of losses. */
export interface RingLevel {
  /** Share in [0, 1] that waited for the reader, the highest since the turn before. */
  readonly fill: number;
  readonly bytes: number;
}

/** What one sensor takes from the host, and what it missed. */
export interface SensorCost {
  /** "events", "calls", "runq": its object in bpf/. */
  readonly name: string;
  /** Kernel memory of its programs and maps; what sensors share counts with the first. */
  readonly bytes: number;
  /** Cores that its programs took, over all CPUs, in the last window measured; absent until there was one. */
  readonly cores?: number;
  readonly programs: readonly ProgramCost[];
}

/** One attached program (bpf(2), BPF_OBJ_GET_INFO_BY_FD). */
export interface ProgramCost {
  readonly name: string;
  /** The kernel's id: `bpftool prog show id N`. */
  readonly id: number;
  /** In the last window measured; absent until there was one. */
  readonly runsPerSecond?: number;
  /** Nanoseconds a run. */
  readonly meanNs?: number;
  /** Runs since load that the kernel left out because the program was running already on that CPU: a loss. */
  readonly missed: number;
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
