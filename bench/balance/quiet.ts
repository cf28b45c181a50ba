import type { Others } from "./others.ts";

/** More than this above what the kernel itself takes here is somebody else's work. */
export const QUIET_CORES = 0.12;

/**
 * Tells measurements in which others of the host took part. Whether one counts depends on them alone, never on what it shows; and
 * only so many are made again, for a host that is never quiet is one too.
 */
export class QuietGuard {
  private readonly others: Others;
  private readonly most: number;
  private least = Infinity;
  /** Measurements that were made again. */
  repeated = 0;

  constructor(others: Others, most: number) {
    this.others = others;
    this.most = most;
  }

  begin(): void {
    this.others.begin();
  }

  /** Cores that others took since `begin`; undefined where this host does not count the time of groups. */
  cores(): number | undefined {
    const cores = this.others.cores();
    if (cores !== undefined) this.least = Math.min(this.least, cores);
    return cores;
  }

  /** Whether to measure again; counted as done. False too where it was waited out often enough. */
  again(cores: number | undefined): boolean {
    if (cores === undefined || this.repeated >= this.most || cores <= this.least + QUIET_CORES) return false;
    this.repeated++;
    return true;
  }
}
