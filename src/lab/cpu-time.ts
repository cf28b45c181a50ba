import { readFileSync } from "node:fs";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { readProcessStat } from "../kernel/procfs.ts";

/** USER_HZ: what proc files count in, whatever the kernel's own tick is (time(7)). */
const TICKS_PER_SECOND = 100;

/** CPU seconds since boot that the CPUs used were not idle (proc_stat(5)). */
export function busySeconds(cpus: string, procRoot = "/proc"): number {
  const wanted = new Set(cpus.split(",").map((cpu) => `cpu${cpu}`));
  const lines = readFileSync(`${procRoot}/stat`, "utf8").split("\n");
  return lines.reduce((sum, line) => {
    const [name = "", ...ticks] = line.split(/\s+/);
    if (!wanted.has(name)) return sum;
    // Idle and iowait are fields 4 and 5; guest time (9, 10) is in user time already.
    const busy = ticks.slice(0, 8).reduce((total, tick, i) => (i === 3 || i === 4 ? total : total + Number(tick)), 0);
    return sum + busy / TICKS_PER_SECOND;
  }, 0);
}

/** CPU seconds that the processes now in a group have used since they started. */
export function groupCpuSeconds(fs: CgroupFs, path: string): number {
  const pids = fs.processes("cpu", path);
  return pids.reduce((sum, pid) => sum + (readProcessStat(pid)?.cpuTicks ?? 0), 0) / TICKS_PER_SECOND;
}
