import { readFileSync } from "node:fs";

/** CPUs this process may run on, ascending (`Cpus_allowed_list` of proc_pid_status(5)). */
export function readAllowedCpus(procRoot = "/proc"): number[] {
  const text = readFileSync(`${procRoot}/self/status`, "utf8");
  return parseCpuList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(text)?.[1] ?? "0");
}

/** "0-2,5" → [0, 1, 2, 5] */
export function parseCpuList(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  });
}
