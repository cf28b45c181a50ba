import type { EventKind } from "../core/event.ts";
import type { Losses, RingLevel } from "../core/reading.ts";
import type { RunqDelta } from "./runq.ts";

export type { RunqDelta };

/** What one workload did since the previous call, as counted where it happened (bpf/groups.h). */
export type GroupDelta = Readonly<Partial<Record<GroupCount, number>>>;
export type GroupCount = "connects" | "accepts" | "sends" | "opens" | "writes" | "changes";

/** A loaded object of eBPF programs (kernel/bpf-object.ts). */
export interface MeasuredObject {
  readonly name: string;
  descriptors(): { readonly programs: ReadonlyMap<string, number>; readonly maps: readonly number[] };
}

/** What the sampler takes from the source of events, whichever it is. */
export interface KernelCounters {
  /** By inode of the group's directory in the hierarchy of the cpu controller; undefined where it is not measured. */
  runq(): ReadonlyMap<number, RunqDelta> | undefined;
  /** Events per kind since the start. */
  counts(): Readonly<Partial<Record<EventKind, number>>>;
  losses(): Losses;
  /** Per kind since the start: found no room in the ring; counted instead of repeated. */
  lost?(): Readonly<Partial<Record<EventKind, number>>>;
  merged?(): Readonly<Partial<Record<EventKind, number>>>;
  ring?(): RingLevel | undefined;
  /** By cpu cgroup id, since the previous call. */
  groups?(): ReadonlyMap<number, GroupDelta> | undefined;
  /** Kinds that are attached now: only of these can `groups` tell anything. */
  kinds?(): readonly EventKind[];
  /** Loaded objects, for what they cost. */
  objects?(): readonly MeasuredObject[];
}
