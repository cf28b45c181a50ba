import type { GroupCount, GroupDelta } from "./sampler-ports.ts";

/** Order of `enum group_count` in bpf/groups.h; a test compares all of these. */
export const GROUP_COUNTS = [
  "connects",
  "accepts",
  "sends",
  "opens",
  "writes",
  "changes",
] as const satisfies readonly GroupCount[];
export const GROUP_PLACE = { id: 0, counts: 8, bytes: 64 } as const;
export const GROUP_TABLE = { unplaced: 65_536, bytes: 65_544 } as const;
export const GROUP_PLACES = 1024;

/** A group that did nothing for so long gives its place back, so that groups that come and go never use them up. */
const QUIET_NS = 120e9;

interface Before {
  id: bigint;
  readonly counts: number[];
  /** When it last did something, CLOCK_MONOTONIC. */
  activeNs: number;
}

/** Reads the table of bpf/groups.h in place, without a system call. `memory` is struct group_table, writable. */
export class GroupReader {
  private readonly words: BigUint64Array;
  private readonly before: (Before | undefined)[] = [];

  constructor(memory: ArrayBuffer) {
    this.words = new BigUint64Array(memory, 0, GROUP_TABLE.bytes / 8);
  }

  /** By cpu cgroup id, what grew since the previous call; groups in which nothing did are left out. `nowNs`: CLOCK_MONOTONIC. */
  read(nowNs: number): ReadonlyMap<number, GroupDelta> {
    const deltas = new Map<number, GroupDelta>();
    for (let place = 0; place < GROUP_PLACES; place++) {
      const at = (place * GROUP_PLACE.bytes) / 8;
      const id = this.words[at] ?? 0n;
      if (id === 0n) continue;
      const before = this.beforeOf(place, id, nowNs);
      const delta = this.delta(at + GROUP_PLACE.counts / 8, before.counts);
      if (delta !== undefined) {
        before.activeNs = nowNs;
        deltas.set(Number(id), delta);
      } else if (nowNs - before.activeNs > QUIET_NS) {
        this.release(place, at);
      }
    }
    return deltas;
  }

  /** Counts of groups that found no place, since the start. */
  get unplaced(): number {
    return Number(this.words[GROUP_TABLE.unplaced / 8] ?? 0n);
  }

  private beforeOf(place: number, id: bigint, nowNs: number): Before {
    const known = this.before[place];
    if (known?.id === id) return known;
    const fresh = { id, counts: GROUP_COUNTS.map(() => 0), activeNs: nowNs };
    this.before[place] = fresh;
    return fresh;
  }

  private delta(at: number, before: number[]): GroupDelta | undefined {
    let grown = 0;
    const delta: Partial<Record<GroupCount, number>> = {};
    for (const [index, name] of GROUP_COUNTS.entries()) {
      const now = Number(this.words[at + index] ?? 0n);
      const growth = Math.max(0, now - (before[index] ?? 0));
      before[index] = now;
      delta[name] = growth;
      grown += growth;
    }
    return grown > 0 ? delta : undefined;
  }

  /** Counts first, owner last: the kernel takes a place only once it is free. An event that comes in between is not counted. */
  private release(place: number, at: number): void {
    this.words.fill(0n, at + 1, at + GROUP_PLACE.bytes / 8);
    this.words[at] = 0n;
    this.before[place] = undefined;
  }
}
