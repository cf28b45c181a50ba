import type { EntityKey } from "../core/entity.ts";
import type { EventKind } from "../core/event-kinds.ts";
import type { Reading, ReadingName } from "../core/reading.ts";
import type { GroupCount, GroupDelta } from "./sampler-ports.ts";

interface Counted {
  readonly count: GroupCount;
  readonly reading: ReadingName;
  /** Told while one of these is attached: without, nothing is counted and zero would be a lie. */
  readonly kinds: readonly EventKind[];
}

const COUNTED: readonly Counted[] = [
  { count: "connects", reading: "net.connects", kinds: ["connect"] },
  { count: "accepts", reading: "net.accepts", kinds: ["accept"] },
  { count: "sends", reading: "net.sends", kinds: ["send"] },
  { count: "opens", reading: "file.opens", kinds: ["open.read", "open.write", "open.failed"] },
  { count: "writes", reading: "file.writes", kinds: ["writes"] },
  { count: "changes", reading: "file.changes", kinds: ["rename", "unlink", "link", "symlink", "chmod"] },
];

/** What workloads did over some time. */
export interface GroupActs {
  readonly byInode: ReadonlyMap<number, GroupDelta>;
  readonly kinds: readonly EventKind[];
  readonly elapsedMs: number;
}

/** Two stretches of time, one after the other. */
export function laterActs(before: GroupActs | undefined, now: GroupActs): GroupActs {
  if (before === undefined) return now;
  const byInode = new Map(before.byInode);
  for (const [inode, delta] of now.byInode) {
    const known = byInode.get(inode);
    byInode.set(inode, known === undefined ? delta : added(known, delta));
  }
  return { byInode, kinds: now.kinds, elapsedMs: before.elapsedMs + now.elapsedMs };
}

/** Per second, of groups that count as one workload. None before time has passed. */
export function actReadings(entity: EntityKey, inodes: readonly number[], acts: GroupActs): Reading[] {
  const { byInode, kinds, elapsedMs } = acts;
  if (elapsedMs <= 0) return [];
  return COUNTED.filter((row) => row.kinds.some((kind) => kinds.includes(kind))).map(({ count, reading }) => {
    const total = inodes.reduce((sum, inode) => sum + (byInode.get(inode)?.[count] ?? 0), 0);
    return { entity, name: reading, value: (total * 1000) / elapsedMs };
  });
}

function added(a: GroupDelta, b: GroupDelta): GroupDelta {
  return Object.fromEntries(COUNTED.map(({ count }) => [count, (a[count] ?? 0) + (b[count] ?? 0)]));
}
