import type { WorkloadKind } from "../core/reading.ts";
import type { RunqByInode } from "./sampler-runq.ts";
import { QuietFloor } from "./workload-floor.ts";
import { KindBelief } from "./workload-kind.ts";

/** A group whose kind nobody declared. */
export interface Undeclared {
  readonly path: string;
  /** In the hierarchy of the cpu controller. */
  readonly inode: number;
  /** Its own processes. */
  readonly pids: readonly number[];
  /** Lies in the scope: only such a group is of use as batch work. */
  readonly inScope: boolean;
}

export interface Inferred {
  readonly path: string;
  readonly kind: WorkloadKind;
  readonly confidence: number;
  readonly targetNs: number;
}

export const KINDS = {
  /** Groups believed about, and those followed in every turn. */
  most: 256,
  mostFollowed: 32,
  /** A server may open its socket later, and a group be used for something else. */
  servesMs: 30_000,
  /** Groups looked into in one turn: each takes a few hundred reads at most. */
  looksATurn: 2,
  /** A group without processes, or gone, is remembered for so long: jobs and restarted services come back. */
  absentMs: 600_000,
} as const;

interface Known {
  group: Undeclared;
  readonly belief: KindBelief;
  readonly floor: QuietFloor;
  serves: boolean | undefined;
  askedMs: number | undefined;
  seenMs: number;
  activity: number;
}

export interface KindsTurn {
  readonly monoMs: number;
  readonly elapsedMs: number;
  readonly runq: RunqByInode;
  readonly hostCpus: number;
}

/** Tells servers from batch work among the groups that nobody declared, by what the kernel counts of them anyway. */
export class WorkloadKinds {
  private readonly known = new Map<string, Known>();
  private readonly accepts: (pids: readonly number[]) => boolean | undefined;

  constructor(accepts: (pids: readonly number[]) => boolean | undefined) {
    this.accepts = accepts;
  }

  /** After a scan: the groups that hold processes now. */
  meet(groups: readonly Undeclared[], monoMs: number): void {
    for (const group of groups) {
      const known = this.known.get(group.path);
      if (known === undefined) this.known.set(group.path, newcomer(group, monoMs));
      else Object.assign(known, { group, seenMs: monoMs });
    }
    for (const [path, { seenMs }] of this.known) if (monoMs - seenMs > KINDS.absentMs) this.known.delete(path);
    const oldest = [...this.known].sort(([, a], [, b]) => b.seenMs - a.seenMs || b.activity - a.activity);
    for (const [path] of oldest.slice(KINDS.most)) this.known.delete(path);
  }

  turn({ monoMs, elapsedMs, runq, hostCpus }: KindsTurn): void {
    if (elapsedMs <= 0) return;
    const busyNs = [...runq.values()].reduce((sum, { onCpuNs }) => sum + onCpuNs, 0);
    const hostShare = busyNs / 1e6 / elapsedMs / hostCpus;
    for (const known of this.known.values()) {
      const { onCpuNs = 0, sleeps = 0, count = 0, p99Ns = 0 } = runq.get(known.group.inode) ?? {};
      known.activity = known.activity * 0.9 + onCpuNs / 1e6 / elapsedMs;
      known.floor.observe({ p99Ns, samples: count, hostShare });
      // Nothing is believed of what was not looked into yet.
      if (known.askedMs !== undefined) known.belief.observe({ elapsedMs, onCpuNs, sleeps, serves: known.serves });
    }
    this.look(monoMs);
  }

  /** The groups whose kind is told, the most active first; batch work only where it could be touched. */
  inferred(isDeclared: (path: string) => boolean): Inferred[] {
    const told = [...this.known.values()].filter(({ belief, group }) => {
      if (isDeclared(group.path)) return false;
      if (belief.kind === "batch") return group.inScope && !this.holdsOthers(group.path);
      return belief.kind === "latency";
    });
    return told
      .sort((a, b) => b.activity - a.activity)
      .slice(0, KINDS.mostFollowed)
      .map(({ group: { path }, belief: { kind, confidence }, floor: { targetNs } }) => {
        return { path, kind, confidence, targetNs: kind === "latency" ? targetNs : 0 };
      });
  }

  /** What is believed of one group; undefined where it is not known. */
  of(path: string): Inferred | undefined {
    const known = this.known.get(path);
    if (known === undefined) return undefined;
    const { kind, confidence } = known.belief;
    return { path, kind, confidence, targetNs: kind === "latency" ? known.floor.targetNs : 0 };
  }

  /** A change to a group reaches all below it: none that holds something else than batch work is batch work. */
  private holdsOthers(path: string): boolean {
    const inside = `${path}/`;
    return [...this.known.values()].some(
      ({ group, belief, activity }) => group.path.startsWith(inside) && belief.kind !== "batch" && activity > 0.01,
    );
  }

  /** Asks of those that it matters for and that were not asked lately whether they accept connections. */
  private look(monoMs: number): void {
    const due = [...this.known.values()]
      .filter(({ askedMs, activity }) => activity > 0 && (askedMs === undefined || monoMs - askedMs >= KINDS.servesMs))
      .sort((a, b) => (a.askedMs ?? -1) - (b.askedMs ?? -1) || b.activity - a.activity);
    for (const known of due.slice(0, KINDS.looksATurn)) {
      known.askedMs = monoMs;
      // Once it was seen to serve it goes on to count as such: a restart closes its socket for a moment.
      known.serves = known.serves === true ? true : this.accepts(known.group.pids);
    }
  }
}

function newcomer(group: Undeclared, seenMs: number): Known {
  return {
    group,
    belief: new KindBelief(),
    floor: new QuietFloor(),
    serves: undefined,
    askedMs: undefined,
    seenMs,
    activity: 0,
  };
}
