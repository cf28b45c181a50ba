import type { ProcessRecord } from "../core/agent.ts";
import type { EntityKey } from "../core/entity.ts";
import type { ProcessList, ProcessRow } from "../core/live.ts";
import { printable } from "../core/printable.ts";

export const PROCESS_FEED = {
  /** Between two looks at the table: who asks sooner gets what the last one saw. */
  lookMs: 400,
  /** Ends remembered, for those who ask what has changed; who missed more gets the whole list. */
  keptEnds: 16_384,
  longestPath: 160,
} as const;

type Seen = Pick<ProcessRecord, "key" | "parent" | "comm" | "path" | "cgroup" | "uid">;

interface Known {
  readonly seen: Seen;
  readonly row: ProcessRow;
  /** Of the look that found it so. */
  readonly look: number;
}

/**
 * The running processes for people, with what changed between two of their questions. The table of processes knows
 * nothing of this: it is compared with the last look, and only while somebody asks.
 */
export class ProcessFeed {
  private readonly running: () => Iterable<Seen>;
  private known = new Map<EntityKey, Known>();
  private ends: { readonly key: EntityKey; readonly look: number }[] = [];
  /** Cursors before this one are too old to be told only what changed. */
  private oldest: number;
  private look: number;
  private lookedMs = Number.NEGATIVE_INFINITY;

  /** `epochMs`: wall clock, so that cursors of an earlier run are all older than those of this one. */
  constructor(running: () => Iterable<Seen>, epochMs: number) {
    this.running = running;
    this.look = this.oldest = epochMs;
  }

  get size(): number {
    return this.known.size;
  }

  since(cursor: number, nowMs: number): ProcessList {
    this.refresh(nowMs);
    const whole = cursor < this.oldest || cursor > this.look;
    const rows: ProcessRow[] = [];
    for (const { row, look } of this.known.values()) if (whole || look > cursor) rows.push(row);
    const gone = whole ? [] : this.ends.filter(({ look }) => look > cursor).map(({ key }) => key);
    return { cursor: this.look, whole, rows, gone };
  }

  /** Monotonic milliseconds. */
  refresh(nowMs: number): void {
    if (nowMs - this.lookedMs < PROCESS_FEED.lookMs) return;
    this.lookedMs = nowMs;
    const look = this.look + 1;
    const before = this.known;
    const now = new Map<EntityKey, Known>();
    let news = 0;
    for (const seen of this.running()) {
      const known = before.get(seen.key);
      const isSame = known !== undefined && isAlike(known.seen, seen);
      now.set(seen.key, isSame ? known : { seen: copyOf(seen), row: rowOf(seen), look });
      if (!isSame) news++;
    }
    for (const key of before.keys()) {
      if (now.has(key)) continue;
      this.ends.push({ key, look });
      news++;
    }
    this.known = now;
    if (news === 0) return;
    this.look = look;
    const over = this.ends.length - PROCESS_FEED.keptEnds;
    if (over <= 0) return;
    this.oldest = this.ends[over - 1]?.look ?? this.oldest;
    this.ends = this.ends.slice(over);
  }
}

function isAlike(a: Seen, b: Seen): boolean {
  return a.comm === b.comm && a.path === b.path && a.cgroup === b.cgroup && a.parent === b.parent && a.uid === b.uid;
}

/** The table changes its records in place. */
function copyOf({ key, parent, comm, path, cgroup, uid }: Seen): Seen {
  return { key, parent, comm, path, cgroup, uid };
}

function rowOf({ key, parent, comm, path, cgroup, uid }: Seen): ProcessRow {
  const { longestPath } = PROCESS_FEED;
  const [name, file, group] = [printable(comm, 64), printable(path, longestPath), printable(cgroup, longestPath)];
  return { key, parent, comm: name, path: file, cgroup: group, uid };
}
