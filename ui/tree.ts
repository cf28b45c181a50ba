import type { EntityKey } from "../src/core/entity.ts";
import type { ProcessRow } from "../src/core/live.ts";
import type { Heat } from "./store.ts";

export interface Branch {
  readonly row: ProcessRow;
  readonly depth: number;
  /** Processes below it. */
  readonly below: number;
  readonly folded: boolean;
}

export interface TreeOptions {
  readonly folded: ReadonlySet<EntityKey>;
  /** Only those whose name, path, pid or group holds it, and their ancestors; "": all. */
  readonly wanted: string;
  /** Only those with heat, and their ancestors. */
  readonly hotOnly: boolean;
  readonly heat: ReadonlyMap<EntityKey, Heat>;
}

/** Deeper is drawn as deep. */
export const MAX_DEPTH = 24;

/** All processes in the order of a depth-first walk, families together: the same for the tree and for the map. */
export function walk(processes: ReadonlyMap<EntityKey, ProcessRow>): readonly (Branch & { readonly folded: false })[] {
  const children = new Map<EntityKey, Aged[]>();
  const roots: Aged[] = [];
  for (const row of processes.values()) {
    const aged = { row, start: startOf(row.key) };
    const siblings = processes.has(row.parent) && row.parent !== row.key ? children.get(row.parent) : roots;
    if (siblings === undefined) children.set(row.parent, [aged]);
    else siblings.push(aged);
  }
  const all: { row: ProcessRow; depth: number; below: number; folded: false }[] = [];
  // A stack and not a recursion: a chain of processes may be as long as the host allows.
  const stack: { row: ProcessRow; depth: number }[] = roots.sort(younger).map(({ row }) => ({ row, depth: 0 }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { row, depth } = next;
    all.push({ row, depth, below: 0, folded: false });
    const below = children.get(row.key) ?? [];
    for (const child of below.length > 1 ? below.sort(younger) : below)
      stack.push({ row: child.row, depth: depth + 1 });
  }
  countBelow(all);
  return all;
}

/** What of the walk is to be seen. */
export function shownBranches(all: readonly Branch[], options: TreeOptions): readonly Branch[] {
  const { folded, wanted, hotOnly, heat } = options;
  const isFiltered = wanted !== "" || hotOnly;
  if (!isFiltered) return unfolded(all, folded);
  const needle = wanted.toLowerCase();
  const kept: Branch[] = [];
  const line: Branch[] = [];
  let told = 0;
  for (const branch of all) {
    line.length = branch.depth;
    told = Math.min(told, branch.depth);
    line.push(branch);
    const { row } = branch;
    if (needle !== "" && !isAbout(row, needle)) continue;
    if (hotOnly && !heat.has(row.key) && !heat.has(`w:${row.cgroup}`)) continue;
    for (; told < line.length; told++) {
      const step = line[told];
      if (step !== undefined) kept.push(step);
    }
  }
  return kept;
}

function unfolded(all: readonly Branch[], folded: ReadonlySet<EntityKey>): readonly Branch[] {
  if (folded.size === 0) return all;
  const shown: Branch[] = [];
  for (let at = 0; at < all.length; at++) {
    const branch = all[at];
    if (branch === undefined) continue;
    const isFolded = branch.below > 0 && folded.has(branch.row.key);
    shown.push(isFolded ? { ...branch, folded: true } : branch);
    if (isFolded) at += branch.below;
  }
  return shown;
}

/** What is searched of a row: made once, as a search goes on with each letter that is typed. */
const texts = new WeakMap<ProcessRow, string>();

function isAbout(row: ProcessRow, needle: string): boolean {
  let text = texts.get(row);
  if (text === undefined) {
    const { comm, path, cgroup, key } = row;
    // Nobody types a line break: what is found lies in one of them.
    text = [comm, path, cgroup, pidOf(key)].join("\n").toLowerCase();
    texts.set(row, text);
  }
  return text.includes(needle);
}

/** "4711" of "p:4711@123". */
export function pidOf(key: EntityKey): string {
  return /^p:(\d+)@/.exec(key)?.[1] ?? "";
}

/** A row with what it is sorted by, read once and not at each comparison. */
interface Aged {
  readonly row: ProcessRow;
  /** Ticks since the host's start. */
  readonly start: number;
}

/** Popped from the end, so the youngest is pushed first. */
function younger(a: Aged, b: Aged): number {
  return b.start - a.start || Number(pidOf(b.row.key)) - Number(pidOf(a.row.key));
}

function startOf(key: EntityKey): number {
  return Number(key.slice(key.indexOf("@") + 1)) || 0;
}

/** What lies below a branch ends where the depth falls back to its own. */
function countBelow(all: readonly { readonly depth: number; below: number }[]): void {
  const open: number[] = [];
  const close = (depth: number, end: number): void => {
    while (open.length > depth) {
      const at = open.pop() ?? 0;
      const branch = all[at];
      if (branch !== undefined) branch.below = end - at - 1;
    }
  };
  all.forEach(({ depth }, at) => {
    close(depth, at);
    open.push(at);
  });
  close(0, all.length);
}
