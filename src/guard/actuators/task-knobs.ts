import { taskKnob } from "./task-knob.ts";

/**
 * sched(7); `sched_runtime` of a normal task is its slice since Linux 6.12 (kernel/sched/syscalls.c,
 * __setparam_fair). The kernel does not tell a default from a slice of the same length, so a slice as long as
 * the default is written as 0, which leaves the task with the default for good.
 */
const sliceToWrite = (sliceNs: number, own: { readonly sliceNs: number }): number =>
  sliceNs === own.sliceNs ? 0 : sliceNs;

export const TASK_ACTUATORS = {
  "sched.nice": taskKnob({
    kind: "sched.nice",
    unit: "",
    scale: 1,
    of: ({ nice }) => nice,
    withNumber: (schedule, nice, own) => ({ ...schedule, nice, sliceNs: sliceToWrite(schedule.sliceNs, own) }),
    exists: () => true,
  }),
  "sched.slice": taskKnob({
    kind: "sched.slice",
    unit: "µs",
    scale: 1000,
    of: ({ sliceNs }) => sliceNs,
    withNumber: (schedule, sliceNs, own) => ({ ...schedule, sliceNs: sliceToWrite(sliceNs, own) }),
    exists: ({ sliceNs }) => sliceNs > 0,
  }),
};
