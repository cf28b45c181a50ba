import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { TaskSchedule, TaskScheduling } from "../../kernel/host-access.ts";
import { readProcessStat } from "../../kernel/procfs.ts";

/** More tasks than this are too many to write down one by one before a change. */
export const MAX_TASKS = 256;
const MAX_GROUPS = 64;
/** SCHED_OTHER and SCHED_BATCH (sched(7)): nothing else has a nice value or a slice. */
const FAIR: ReadonlySet<number> = new Set([0, 3]);

/** A task, not to be mistaken for another of the same number, and how it is scheduled. */
export interface Task {
  readonly tid: number;
  readonly startTicks: number;
  readonly schedule: TaskSchedule;
}

export function schedulingOf(fs: CgroupFs): Result<TaskScheduling> {
  const { tasks } = fs.host;
  return tasks === undefined ? failed("SW-GUARD-KNOB", "this process of the layer cannot schedule others") : ok(tasks);
}

/** The tasks of a group and the groups below it that the fair scheduler runs; SW-GUARD-KNOB where there are too many. */
export function fairTasks(fs: CgroupFs, cgroup: string): Result<Task[]> {
  const scheduling = schedulingOf(fs);
  if (!scheduling.ok) return scheduling;
  const tids = tidsOf(fs, cgroup);
  if (!tids.ok) return tids;
  const tasks: Task[] = [];
  for (const tid of tids.value) {
    const startTicks = startOf(fs, tid);
    const schedule = scheduling.value.get(tid);
    // Both looks at the start time meet the same task, so what lies between them does too.
    if (startTicks === undefined || !schedule.ok || startOf(fs, tid) !== startTicks) continue;
    if (FAIR.has(schedule.value.policy)) tasks.push({ tid, startTicks, schedule: schedule.value });
  }
  return tasks.length > MAX_TASKS
    ? failed("SW-GUARD-KNOB", `${tasks.length} tasks are more than the ${MAX_TASKS} that are written down`)
    : ok(tasks);
}

export function isSame(fs: CgroupFs, { tid, startTicks }: Pick<Task, "tid" | "startTicks">): boolean {
  return startOf(fs, tid) === startTicks;
}

/** Every thread has a folder of its own in /proc, though no listing names it (proc(5)). */
function startOf(fs: CgroupFs, tid: number): number | undefined {
  return readProcessStat(tid, fs.host.procRoot)?.startTicks;
}

function tidsOf(fs: CgroupFs, cgroup: string): Result<number[]> {
  const file = fs.hierarchy("cpu")?.version === 1 ? "tasks" : "cgroup.threads";
  const tids: number[] = [];
  const waiting = [cgroup];
  for (let groups = 0; waiting.length > 0; groups++) {
    const group = waiting.pop() ?? cgroup;
    if (groups >= MAX_GROUPS) return failed("SW-GUARD-KNOB", `more than ${MAX_GROUPS} groups`);
    const listed = fs.read("cpu", group, file);
    if (!listed.ok && group === cgroup) return listed;
    if (listed.ok) tids.push(...listed.value.split("\n").filter(Boolean).map(Number));
    waiting.push(...fs.children("cpu", group).map((name) => `${group}/${name}`));
  }
  return ok(tids);
}
