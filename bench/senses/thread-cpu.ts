import { readdirSync, readFileSync } from "node:fs";

/**
 * CPU time, user and system, in nanoseconds, as the scheduler counts it: first field of schedstat
 * (Documentation/scheduler/sched-stats.rst). /proc/PID/stat counts in steps of 10 ms.
 */
export function threadCpuNs(pid: number | "self", tid: number): number {
  return runNs(`/proc/${pid}/task/${tid}/schedstat`);
}

/** Of all its threads that still run. */
export function processCpuNs(pid: number | "self"): number {
  return threadsOf(pid).reduce((sum, tid) => sum + threadCpuNs(pid, tid), 0);
}

/** [] where it is gone. */
export function threadsOf(pid: number | "self"): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

export function threadName(pid: number | "self", tid: number): string {
  try {
    return readFileSync(`/proc/${pid}/task/${tid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}

function runNs(path: string): number {
  try {
    return Number(readFileSync(path, "utf8").split(" ")[0]);
  } catch {
    return 0;
  }
}
