import { join } from "node:path";
import type { FileRef } from "../core/entity.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { ExecRefusal, HostAccess, NetPolicy, TaskSchedule } from "../kernel/host-access.ts";

const NORMAL: TaskSchedule = { policy: 0, nice: 0, sliceNs: 2_800_000 };

/** What a simulated host lets an actuator reach beside files: nothing of it is the real one's. */
export class SimulatedAccess implements HostAccess {
  readonly procRoot: string;
  readonly etcRoot: string;
  readonly cpus = 2;
  /** Of tasks that differ from a new one. */
  readonly schedules = new Map<number, TaskSchedule>();
  readonly killed: number[] = [];
  /** Runs as a process ends. */
  onKill: (pid: number) => void = () => {};
  /** Runs before a task's schedule is set, as what happens at the same moment. */
  onSchedule: (tid: number) => void = () => {};
  readonly policies = new Map<number, NetPolicy>();
  readonly execDeny = new SimulatedRefusal("a simulated refusal");
  readonly execKill = new SimulatedRefusal("a simulated signal");

  constructor(root: string) {
    this.procRoot = join(root, "proc");
    this.etcRoot = join(root, "etc");
  }

  readonly tasks = {
    get: (tid: number): Result<TaskSchedule> => ok(this.schedules.get(tid) ?? NORMAL),
    set: (tid: number, schedule: TaskSchedule): Result<void> => {
      this.onSchedule(tid);
      const sliceNs = schedule.sliceNs === 0 ? NORMAL.sliceNs : schedule.sliceNs;
      this.schedules.set(tid, { ...schedule, sliceNs });
      return ok(undefined);
    },
  };

  readonly processes = {
    kill: ({ pid }: { readonly pid: number }): Result<void> => {
      if (this.killed.includes(pid)) return failed("SW-GUARD-GONE", `process ${pid} has ended`);
      this.killed.push(pid);
      this.onKill(pid);
      return ok(undefined);
    },
  };

  readonly net = {
    deny: (cgroupId: number, _: string, policy: NetPolicy): Result<void> => {
      this.policies.set(cgroupId, policy);
      return ok(undefined);
    },
    policyOf: (cgroupId: number): NetPolicy | undefined => this.policies.get(cgroupId),
    allow: (cgroupId: number): void => void this.policies.delete(cgroupId),
  };
}

class SimulatedRefusal implements ExecRefusal {
  readonly means: string;
  readonly files = new Map<number, readonly FileRef[]>();

  constructor(means: string) {
    this.means = means;
  }

  set(group: { readonly id: number }, files: readonly FileRef[]): Result<void> {
    this.files.set(group.id, files);
    return ok(undefined);
  }

  list(cgroupId: number): readonly FileRef[] {
    return this.files.get(cgroupId) ?? [];
  }
}
