import { HOST } from "../core/entity.ts";
import type { ReadingBatch } from "../core/reading.ts";
import { isBatch, isLatency, type ReadWorkload, readWorkloads } from "./workload-readings.ts";

export const STARVING = {
  /** Of what it used before, a workload that starves gets less than this share, */
  share: 0.1,
  /** while work that nobody asked to be fast, nor to give way, has more than this share of it. */
  othersShare: 0.5,
  /** For so long, before it is believed. */
  forMs: 4000,
  /** Cores; who used less has nothing to lose. */
  leastCores: 0.1,
} as const;

interface Fed {
  /** Running mean while it is not idle. */
  cores: number;
  starvingSinceMs: number | undefined;
}

/**
 * A group with cpu.idle = 1 gets what everybody else leaves. Beside a service that is what is meant; beside other work that
 * nobody declared, and that takes all there is, it is nothing at all, and does not even help the service, since the
 * other work takes the place. Told by what happens: it gets next to nothing while neither the services nor those that
 * give way use what it had.
 */
export class Starvation {
  private readonly fed = new Map<string, Fed>();

  /** Names of the batch workloads that starve now. */
  among(batch: ReadingBatch, nowMs: number): ReadonlySet<string> {
    const workloads = readWorkloads(batch, () => true);
    const host = batch.readings.find(({ entity, name }) => entity === HOST && name === "cpu.cores")?.value;
    const asked = workloads.filter(({ info }) => isLatency(info) || isBatch(info));
    const others = host === undefined ? 0 : host - outermost(asked).reduce((sum, each) => sum + coresOf(each), 0);
    const present = workloads.filter(({ info }) => isBatch(info));
    const names = new Set(present.map(({ info }) => info.name));
    for (const name of this.fed.keys()) if (!names.has(name)) this.fed.delete(name);
    return new Set(present.filter((each) => this.isStarving(each, others, nowMs)).map(({ info }) => info.name));
  }

  private isStarving({ info, readings }: ReadWorkload, others: number, nowMs: number): boolean {
    const cores = readings.get("cpu.cores") ?? 0;
    const fed = this.fed.get(info.name) ?? { cores, starvingSinceMs: undefined };
    this.fed.set(info.name, fed);
    if (readings.get("cpu.idle") !== 1) {
      fed.cores += (cores - fed.cores) * 0.1;
      fed.starvingSinceMs = undefined;
      return false;
    }
    const starves =
      fed.cores >= STARVING.leastCores &&
      cores < fed.cores * STARVING.share &&
      others > fed.cores * STARVING.othersShare;
    fed.starvingSinceMs = starves ? (fed.starvingSinceMs ?? nowMs) : undefined;
    return fed.starvingSinceMs !== undefined && nowMs - fed.starvingSinceMs >= STARVING.forMs;
  }
}

function coresOf({ readings }: ReadWorkload): number {
  return readings.get("cpu.cores") ?? 0;
}

/** What a group uses includes the groups below. */
function outermost(workloads: readonly ReadWorkload[]): ReadWorkload[] {
  return workloads.filter(
    ({ info }) => !workloads.some((other) => other.info !== info && info.name.startsWith(`${other.info.name}/`)),
  );
}
