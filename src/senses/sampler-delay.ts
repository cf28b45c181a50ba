import { join } from "node:path";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { readKernelFile } from "./sampler-files.ts";
import { pidsOf } from "./sampler-tree.ts";

/** Time that a thread waited for a CPU, and how often it got one (Documentation/scheduler/sched-stats.rst). */
export interface RunDelay {
  readonly delayNs: number;
  readonly slices: number;
}

/** /proc/TID/schedstat: "time on CPU, time waiting, slices", nanoseconds, of that one thread. */
export function readDelay(procRoot: string, tid: number): RunDelay | undefined {
  const text = readKernelFile(join(procRoot, String(tid), "schedstat"));
  const fields = text?.trim().split(" ").map(Number);
  const [, delayNs, slices] = fields ?? [];
  if (delayNs === undefined || slices === undefined || !Number.isFinite(delayNs + slices)) return undefined;
  return { delayNs, slices };
}

/** More threads than this are sampled only in part: the mean stays, the cost is bounded. */
const MAX_THREADS = 64;

/** Mean waiting time over the threads of a group, for hosts without eBPF. */
export class DelayMeter {
  private last = new Map<number, RunDelay>();

  /** Nanoseconds per time on a CPU since the previous sample; undefined where no thread ran since, or at the first. */
  sample(fs: CgroupFs, path: string, procRoot: string): number | undefined {
    const now = new Map<number, RunDelay>();
    let delayNs = 0;
    let slices = 0;
    for (const tid of threadsOf(fs, path).slice(0, MAX_THREADS)) {
      const delay = readDelay(procRoot, tid);
      if (delay === undefined) continue;
      now.set(tid, delay);
      const before = this.last.get(tid);
      // A reused thread id starts from smaller numbers.
      if (before === undefined || delay.slices < before.slices || delay.delayNs < before.delayNs) continue;
      delayNs += delay.delayNs - before.delayNs;
      slices += delay.slices - before.slices;
    }
    this.last = now;
    return slices > 0 ? delayNs / slices : undefined;
  }
}

function threadsOf(fs: CgroupFs, path: string): number[] {
  const cpu = fs.layout.cpu;
  const dir = fs.dir(cpu === undefined ? "v2" : "cpu", path);
  if (dir === undefined) return [];
  return pidsOf(readKernelFile(join(dir, cpu?.version === 1 ? "tasks" : "cgroup.threads")));
}
