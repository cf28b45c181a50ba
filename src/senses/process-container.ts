import type { EntityKey } from "../core/entity.ts";
import type { SeenProcess } from "../core/event.ts";
import { containerOf } from "./container-id.ts";
import type { Entry } from "./process-entry.ts";

/** Forks told before anything is known of the first of them; events that make no sense can describe a circle. */
const GENERATIONS_MAX = 256;

/**
 * Containers that only a v1 hierarchy names: events tell nothing of those, so it is a look's word, and a fork's.
 * What its v2 path names comes first, and changes with the path.
 */
export function showOutside(entry: Entry, seen: SeenProcess, atNs: number): void {
  if (atNs < entry.outsideNs) return;
  setOutside(entry, containerOf(seen.cgroup) === undefined ? seen.container : undefined, atNs);
}

/** A child is where its parent was when it forked, unless a look has shown where it is. */
export function inheritOutside(child: Entry, store: { get(key: EntityKey): Entry | undefined }): void {
  const unknown: Entry[] = [];
  let at: Entry | undefined = child;
  while (at !== undefined && at.outsideNs < 0 && at.forkedNs >= 0 && unknown.length < GENERATIONS_MAX) {
    unknown.push(at);
    at = store.get(at.parent);
  }
  for (let parent = at; parent !== undefined && parent.outsideNs >= 0;) {
    const next = unknown.pop();
    // Where the parent was before the look is not known.
    if (next === undefined || parent.outsideNs > next.forkedNs) return;
    setOutside(next, parent.outside, next.forkedNs);
    parent = next;
  }
}

function setOutside(entry: Entry, outside: Entry["outside"], atNs: number): void {
  const changed = entry.outside !== outside;
  entry.outside = outside;
  entry.outsideNs = atNs;
  if (changed) entry.container = (entry.cgroup === "" ? undefined : containerOf(entry.cgroup)) ?? outside;
}
