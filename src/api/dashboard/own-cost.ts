import { readFileSync } from "node:fs";
import type { OwnCost } from "../../core/live.ts";

/** USER_HZ (time(7)): what /proc counts CPU time in on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;
/** Shorter and one tick more or less is seen. */
const WINDOW_MS = 2000;

interface Look {
  readonly atMs: number;
  readonly ticks: number;
}

/** What the layer's own processes take, read where they can be seen: outside of the layer. */
export class CostMeter {
  private readonly procRoot: string;
  private before: Look | undefined;
  private latest: OwnCost | undefined;

  constructor(procRoot = "/proc") {
    this.procRoot = procRoot;
  }

  read(pids: { readonly warden: number; readonly hive: number }, nowMs: number): OwnCost | undefined {
    if (this.before !== undefined && nowMs - this.before.atMs < WINDOW_MS) return this.latest;
    const stats = [...new Set([pids.warden, pids.hive])].map((pid) => statOf(this.procRoot, pid));
    const known = stats.filter((stat) => stat !== undefined);
    if (known.length < stats.length) return (this.before = this.latest = undefined);
    const ticks = known.reduce((sum, stat) => sum + stat.ticks, 0);
    const bytes = known.reduce((sum, stat) => sum + stat.bytes, 0);
    const { before } = this;
    this.before = { atMs: nowMs, ticks };
    if (before === undefined || ticks < before.ticks) return undefined;
    const cores = (ticks - before.ticks) / TICKS_PER_SECOND / ((nowMs - before.atMs) / 1000);
    return (this.latest = { cores, bytes });
  }
}

/** proc_pid_stat(5): utime 14, stime 15, rss 24; the name, field 2, may hold anything and ends at the last parenthesis. */
function statOf(procRoot: string, pid: number): { readonly ticks: number; readonly bytes: number } | undefined {
  try {
    const text = readFileSync(`${procRoot}/${pid}/stat`, "latin1");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [utime = NaN, stime = NaN, rss = NaN] = [fields[11], fields[12], fields[21]];
    return Number.isNaN(utime + stime + rss) ? undefined : { ticks: utime + stime, bytes: rss * PAGE_BYTES };
  } catch {
    return undefined;
  }
}
