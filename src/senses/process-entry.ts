import type { ContainerRef, ProcessRecord } from "../core/agent.ts";
import { type EntityKey, type ProcessRef, processKey } from "../core/entity.ts";
import type { ExecDetails } from "../core/event.ts";
import type { Aged } from "./age-order.ts";
import type { Programs } from "./process-program.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Times are CLOCK_BOOTTIME nanoseconds, so that what is true does not depend on which source is heard first. */
export interface Entry extends Mutable<ProcessRecord>, Programs, Aged<Entry> {
  readonly pid: number;
  readonly startTicks: number;
  details: ExecDetails | undefined;
  adopter: EntityKey | undefined;
  container: ContainerRef | undefined;
  /** By a v1 hierarchy, where its v2 path named none: as a look showed, or its parent's at the fork. */
  outside: ContainerRef | undefined;
  /** Of that look or fork, none found included; -1 where there was neither. */
  outsideNs: number;
  /** Of the fork that made it; -1 where that was not told. */
  forkedNs: number;
  repaired: boolean;
  /** Found by a later look only. */
  foundLate: boolean;
  /** A look did not find it, and no event has told of its end. */
  foundGone: boolean;
  /** Of the first word on its parent, -1 from the fork itself, which is the best one; Infinity: none. */
  parentNs: number;
  latestParent: EntityKey;
  latestParentNs: number;
  /** Of the latest word on its user and cgroup; -1 where they are its parent's. */
  stateNs: number;
  /** When it was last known to be there. */
  lastNs: number;
  cgroupId: number;
  /** Wall-clock ms. */
  exitedMs: number | undefined;
}

export function newEntry(ref: ProcessRef, wallMs: number): Entry {
  return {
    key: processKey(ref),
    pid: ref.pid,
    startTicks: ref.startTicks,
    parent: "",
    comm: "",
    path: "",
    exe: "",
    uid: 0,
    cgroup: "",
    sinceMs: wallMs,
    details: undefined,
    adopter: undefined,
    container: undefined,
    outside: undefined,
    outsideNs: -1,
    forkedNs: -1,
    repaired: false,
    told: undefined,
    toldNs: -1,
    spokeNs: Infinity,
    shown: undefined,
    firstShown: undefined,
    origin: undefined,
    heirs: undefined,
    foundLate: false,
    foundGone: false,
    parentNs: Infinity,
    latestParent: "",
    latestParentNs: -1,
    stateNs: -1,
    lastNs: -1,
    cgroupId: 0,
    exitedMs: undefined,
    older: undefined,
    younger: undefined,
  };
}

/** A word on the parent at `atNs`, -1 from the fork itself: the first one made it, a later one has adopted it. */
export function learnParent(entry: Entry, parent: EntityKey, atNs: number): void {
  if (parent === "") return;
  if (atNs < entry.parentNs) {
    entry.parent = parent;
    entry.parentNs = atNs;
  }
  if (atNs > entry.latestParentNs) {
    entry.latestParent = parent;
    entry.latestParentNs = atNs;
  }
  entry.adopter = entry.latestParent === "" || entry.latestParent === entry.parent ? undefined : entry.latestParent;
}

/** Pid 0 is nobody: the parent of pid 1, of kernel threads, and of what other namespaces own. */
export function parentKey(parent: ProcessRef): EntityKey {
  return parent.pid === 0 ? "" : processKey(parent);
}
