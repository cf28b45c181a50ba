import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LabHost } from "../../src/lab/host-check.ts";
import { listPids, readProcessStat } from "../../src/kernel/procfs.ts";
import { busySeconds } from "../../src/lab/cpu-time.ts";
import type { LabGroups } from "../../src/lab/lab-groups.ts";

/** USER_HZ (time(7)). */
const TICKS_PER_SECOND = 100;

/**
 * CPU time that went to nobody of the bench: neither to its groups, nor to its clients, itself or the layer. What the kernel does
 * for them in threads of its own is in it too.
 */
export class Others {
  private readonly host: LabHost;
  private readonly groups: LabGroups<string>;
  private readonly names: readonly string[];
  private busy = 0;
  private own = 0;
  private sinceMs = 0;

  constructor(host: LabHost, groups: LabGroups<string>, names: readonly string[]) {
    this.host = host;
    this.groups = groups;
    this.names = names;
  }

  begin(): void {
    this.busy = busySeconds(this.host.cpus);
    this.own = this.ownSeconds();
    this.sinceMs = performance.now();
  }

  /** Cores since `begin`; undefined where this host does not count the time of groups. */
  cores(): number | undefined {
    const seconds = (performance.now() - this.sinceMs) / 1000;
    const others = busySeconds(this.host.cpus) - this.busy - (this.ownSeconds() - this.own);
    return Number.isNaN(others) ? undefined : Math.max(0, others / seconds);
  }

  private ownSeconds(): number {
    const grouped = new Set(this.groupPids());
    const stats = listPids().flatMap((pid) => readProcessStat(pid) ?? []);
    const own = new Set([process.pid]);
    // Children have higher pids than their parents but where pids have wrapped: three passes for three generations.
    for (let pass = 0; pass < 3; pass++) for (const { pid, ppid } of stats) if (own.has(ppid)) own.add(pid);
    const ticks = stats.reduce((sum, { pid, cpuTicks }) => sum + (own.has(pid) && !grouped.has(pid) ? cpuTicks : 0), 0);
    return ticks / TICKS_PER_SECOND + this.groupSeconds();
  }

  /** Of all processes that ever were in the groups. NaN where nobody counts it. */
  private groupSeconds(): number {
    const text = readText(join(this.host.layout.v2 ?? "", this.groups.root, "cpu.stat"));
    return Number(/^usage_usec (\d+)$/m.exec(text)?.[1] ?? Number.NaN) / 1e6;
  }

  private groupPids(): number[] {
    return this.names.flatMap((name) =>
      readText(join(this.host.layout.cpu?.dir ?? "", this.groups.path(name), "cgroup.procs"))
        .split("\n")
        .filter(Boolean)
        .map(Number),
    );
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
