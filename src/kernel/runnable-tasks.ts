import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** Tasks of the host that run or wait for a CPU, for each CPU (the fourth field of /proc/loadavg, proc(5)); 0 where that is not told. */
export function runnableTasksPerCpu(procRoot = "/proc", cpus = availableParallelism()): number {
  try {
    const [, running = "0"] = / (\d+)\/\d+ /.exec(readFileSync(`${procRoot}/loadavg`, "utf8")) ?? [];
    return Number(running) / cpus;
  } catch {
    return 0;
  }
}
