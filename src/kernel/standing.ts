import { readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { STANDING, type Standing } from "../core/leisure.ts";
import { taskScheduling } from "./sched-attr.ts";
import { loadLibc } from "./syscall.ts";

let yieldCpu: (() => number) | undefined;

/** Of a thread; 0 is the calling one. Throws where it is gone, or may not be changed. */
export function stand(tid: number, standing: Standing): void {
  // Where the call is not to be had, the nice value is most of it.
  if (!taskScheduling.set(tid, standing).ok) setPriority(tid, standing.nice);
  if (tid !== 0 || standing !== STANDING.leisurely) return;
  // What was left of its turn at the old weight would have to be used up before the slice counts (yield_task_fair in kernel/sched/fair.c).
  yieldCpu ??= loadLibc().func("sched_yield", "int", []) as () => number;
  yieldCpu();
}

/** Of all threads of a process whose name (pthread_setname_np(3)) is wanted. What is gone, or refuses, stays. */
export function standAll(
  pid: number,
  standing: Standing,
  wanted: (tid: number, name: string) => boolean,
  procRoot = "/proc",
): void {
  for (const [tid, name] of threads(pid, procRoot)) {
    if (!wanted(tid, name)) continue;
    try {
      stand(tid, standing);
    } catch {
      // It has just ended, or nothing here may be made eager.
    }
  }
}

function threads(pid: number, procRoot: string): [number, string][] {
  const folder = `${procRoot}/${pid}/task`;
  try {
    return readdirSync(folder).map((tid) => [Number(tid), readFileSync(`${folder}/${tid}/comm`, "utf8").trim()]);
  } catch {
    return [];
  }
}
