import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { TaskSchedule } from "../../kernel/host-access.ts";
import type { Actuator } from "./actuator.ts";
import { takeBackParts, unread } from "./take-back.ts";
import { fairTasks, isSame, schedulingOf, type Task } from "./fair-tasks.ts";

/** One number of each task's schedule. */
export interface TaskKnob {
  readonly kind: Actuator["kind"];
  readonly unit: string;
  /** Unit of ACTIONS in units of the schedule. */
  readonly scale: number;
  readonly of: (schedule: TaskSchedule) => number;
  /** The schedule with another number; `own` is that of this very process, which nobody has given a slice. */
  readonly withNumber: (schedule: TaskSchedule, number: number, own: TaskSchedule) => TaskSchedule;
  /** Whether this kernel has the knob, told by the schedule of this very process. */
  readonly exists: (own: TaskSchedule) => boolean;
}

/** A process may fork between the list and the write: its child, with the old number, is met by the next pass. */
const PASSES = 4;

/**
 * The actuator of a knob that every task of a group has for itself. Its state is "TID@START=NUMBER" for each,
 * so that each goes back to its own. A task that began later had its number from its parent; where it still
 * has what the layer gave, it goes back to what most had before.
 */
export function taskKnob(row: TaskKnob): Actuator {
  const { kind, scale } = row;
  const read = (fs: CgroupFs, cgroup: string): Result<string> => {
    const tasks = fairTasks(fs, cgroup);
    return tasks.ok ? ok(stateOf(tasks.value.map((task) => [keyOf(task), row.of(task.schedule)]))) : tasks;
  };
  const write = (fs: CgroupFs, task: Task, number: number): Result<void> => setOne(row, fs, task, number);
  return {
    kind,
    controller: "cpu",
    probe(fs, cgroup) {
      const scheduling = schedulingOf(fs);
      const own = scheduling.ok ? scheduling.value.get(process.pid) : scheduling;
      if (!own.ok) return own;
      if (!row.exists(own.value)) return failed("SW-GUARD-KNOB", `this kernel has no ${kind}`);
      const tasks = read(fs, cgroup);
      return tasks.ok ? ok("sched_setattr") : tasks;
    },
    read,
    encode: (_, value) => `all=${value * scale}`,
    apply(fs, cgroup, setting) {
      const wanted = /^all=(-?\d{1,12})$/.exec(setting)?.[1];
      if (wanted === undefined) return failed("SW-GUARD-KNOB", `${JSON.stringify(setting)} is no setting of ${kind}`);
      return applyToAll(row, fs, cgroup, Number(wanted));
    },
    restore(fs, cgroup, raw) {
      const wanted = parse(raw);
      const tasks = fairTasks(fs, cgroup);
      if (wanted === undefined) return failed("SW-GUARD-KNOB", `${JSON.stringify(raw)} is no state of ${kind}`);
      if (!tasks.ok) return tasks;
      return firstFailure(tasks.value, (task) => {
        const number = wanted.get(keyOf(task));
        return number === undefined || number === row.of(task.schedule) ? ok(undefined) : write(fs, task, number);
      });
    },
    shows(raw, setting) {
      const wanted = Number(setting.slice("all=".length));
      return [...(parse(raw)?.values() ?? [NaN])].every((number) => number === wanted);
    },
    same(raw, other) {
      const [one, two] = [parse(raw), parse(other)];
      return (
        one !== undefined && two !== undefined && [...one].every(([key, number]) => (two.get(key) ?? number) === number)
      );
    },
    value: (_, raw) => (usualOf(parse(raw)) ?? 0) / scale,
    describe(_, raw) {
      const all = /^all=(-?\d+)$/.exec(raw)?.[1];
      const numbers = all === undefined ? [...(parse(raw)?.values() ?? [])] : [Number(all)];
      const shown = [...new Set(numbers)].sort((a, b) => a - b).map((number) => Math.round((number / scale) * 10) / 10);
      const of = all === undefined ? ` (${numbers.length} tasks)` : "";
      return (
        `${shown.length > 2 ? `${shown[0]} to ${shown.at(-1)}` : shown.join(" or ") || "none"} ${row.unit}`.trim() + of
      );
    },
    takeBack(fs, change) {
      const [tasks, baseline] = [fairTasks(fs, change.cgroup), parse(change.baseline)];
      if (!tasks.ok) return unread(tasks);
      const usual = usualOf(baseline);
      return takeBackParts(change, {
        parts: tasks.value.map((task) => {
          const back = baseline?.get(keyOf(task)) ?? usual ?? row.of(task.schedule);
          return {
            now: String(row.of(task.schedule)),
            ours: change.setting.slice("all=".length),
            // A task that came by itself with a number of its own is none of ours.
            baseline: String(back),
            write: () => write(fs, task, back),
          };
        }),
        read: () => read(fs, change.cgroup),
      });
    },
  };
}

function applyToAll(row: TaskKnob, fs: CgroupFs, cgroup: string, wanted: number): Result<string> {
  for (let pass = 0; pass < PASSES; pass++) {
    const tasks = fairTasks(fs, cgroup);
    if (!tasks.ok) return tasks;
    const others = tasks.value.filter(({ schedule }) => row.of(schedule) !== wanted);
    if (others.length === 0) return ok(pass > 2 ? `new tasks were met in ${pass} passes` : "");
    const done = firstFailure(others, (task) => setOne(row, fs, task, wanted));
    if (!done.ok) return done;
  }
  return ok("tasks begin faster than they can be changed");
}

/** The task is looked at again just before the write, and a task that has gone is nobody's failure. */
function setOne(row: TaskKnob, fs: CgroupFs, task: Task, number: number): Result<void> {
  const scheduling = schedulingOf(fs);
  if (!scheduling.ok) return scheduling;
  if (!isSame(fs, task)) return ok(undefined);
  const own = scheduling.value.get(process.pid);
  if (!own.ok) return own;
  const set = scheduling.value.set(task.tid, row.withNumber(task.schedule, number, own.value));
  return set.ok || set.code === "SW-GUARD-GONE" ? ok(undefined) : set;
}

function firstFailure(tasks: readonly Task[], write: (task: Task) => Result<void>): Result<void> {
  for (const task of tasks) {
    const written = write(task);
    if (!written.ok) return written;
  }
  return ok(undefined);
}

function keyOf({ tid, startTicks }: Task): string {
  return `${tid}@${startTicks}`;
}

function stateOf(numbers: readonly (readonly [string, number])[]): string {
  return numbers.map(([key, number]) => `${key}=${number}`).join(" ");
}

/** Undefined where the text is no state. */
function parse(raw: string): Map<string, number> | undefined {
  const parts = raw.split(" ").filter(Boolean);
  const found = parts.map((part) => /^(\d{1,10}@\d{1,15})=(-?\d{1,12})$/.exec(part));
  if (found.includes(null) || (parts.length === 0 && raw !== "")) return undefined;
  return new Map(found.flatMap((match) => (match ? [[match[1] ?? "", Number(match[2])]] : [])));
}

/** What most have. */
function usualOf(numbers: ReadonlyMap<string, number> | undefined): number | undefined {
  const counts = new Map<number, number>();
  for (const number of numbers?.values() ?? []) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
