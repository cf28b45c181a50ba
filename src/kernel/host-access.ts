import type { Destination } from "../core/destination.ts";
import type { FileRef, ProcessRef } from "../core/entity.ts";
import type { Result } from "../core/errors.ts";

/** How one task is scheduled (sched_setattr(2)). */
export interface TaskSchedule {
  /** SCHED_OTHER is 0, SCHED_BATCH 3; nothing else has a nice value or a slice. */
  readonly policy: number;
  readonly nice: number;
  /** Length of a turn on the CPU; 0 where the kernel has none to set (before 6.12). */
  readonly sliceNs: number;
}

/** Schedules of single tasks. `tid` is never looked up by itself: callers compare start times before and after. */
export interface TaskScheduling {
  get(tid: number): Result<TaskSchedule>;
  /** A slice of 0 gives the kernel's default back. SW-GUARD-GONE where the task has ended. */
  set(tid: number, schedule: TaskSchedule): Result<void>;
}

/** Ends single processes, never by a bare pid. */
export interface ProcessEnding {
  /** SIGKILL through a pidfd, and waits until it has ended. SW-GUARD-GONE where it had, or the pid is another's. */
  kill(ref: ProcessRef, waitMs: number): Result<void>;
}

export type NetPolicy =
  | { readonly mode: "all" | "all but loopback" }
  | { readonly mode: "allow-list"; readonly allow: readonly Destination[]; readonly texts: readonly string[] };

/** Cuts a cgroup and the groups below it from the network. What is cut by one process ends with it. */
export interface NetDenial {
  /** `dir` is the group's directory in v2. Takes the place of an earlier policy without a gap. */
  deny(cgroupId: number, dir: string, policy: NetPolicy): Result<void>;
  /** The policy that the kernel still enforces; undefined where there is none, or somebody took it off. */
  policyOf(cgroupId: number): NetPolicy | undefined;
  allow(cgroupId: number): void;
}

/** Refuses executables to the processes of a cgroup and the groups below it, as long as this process lives. */
export interface ExecRefusal {
  /** How: for people. */
  readonly means: string;
  /** Makes these the refused files of the group; none ends it. `dir` is the group's directory in v2. */
  set(
    group: { readonly id: number; readonly dir: string; readonly path: string },
    files: readonly FileRef[],
  ): Result<void>;
  /** The refused files, as the kernel has them. */
  list(cgroupId: number): readonly FileRef[];
}

/**
 * What actuators reach beside cgroup files. A process that is given none of it (READ_ONLY) can judge and
 * read, and is told SW-GUARD-KNOB when it tries the rest.
 */
export interface HostAccess {
  readonly procRoot: string;
  /** Where the operator's own settings lie. */
  readonly etcRoot: string;
  readonly cpus: number;
  readonly tasks?: TaskScheduling;
  readonly processes?: ProcessEnding;
  readonly net?: NetDenial;
  readonly execDeny?: ExecRefusal;
  readonly execKill?: ExecRefusal;
}

export const READ_ONLY: HostAccess = { procRoot: "/proc", etcRoot: "/etc", cpus: 1 };
