import type { Decision, Evidence, LeaseInfo, Mode, Reverted } from "./action.ts";
import type { EntityKey } from "./entity.ts";
import { SHOWN_KINDS } from "./event-kinds.ts";
import type { GuardInfo } from "./guard-info.ts";
import type { Incident } from "./incident.ts";
import type { OutputStatus } from "./output-record.ts";
import type { Losses, ReadingName, RingLevel, SensorCost, WorkloadInfo } from "./reading.ts";

/** One workload with its latest readings. */
export interface WorkloadStatus extends WorkloadInfo {
  readonly readings: Readonly<Partial<Record<ReadingName, number>>>;
}

/** One concentration of the field. */
export interface SignalStatus {
  readonly entity: EntityKey;
  /** Printable name of the entity for people ("dropper (4711)", "/batch.slice"). */
  readonly label: string;
  readonly pheromone: string;
  readonly concentration: number;
  readonly sources: readonly string[];
}

/** A proposal that was not applied, because of the mode or the guard, with what the guard said. */
export interface Intention {
  readonly atMs: number;
  readonly agent: string;
  readonly reason: string;
  readonly decision: Decision;
  /** How often the same thing was asked for since. */
  readonly count: number;
}

/** Detection rules; the counts are of those that are enabled. */
export interface RuleStatus {
  /** Those that can fire here. */
  readonly inForce: number;
  readonly turnedOff: number;
  /** Of those in force, how many lack a part of what they ask for. */
  readonly inPart: number;
  /** Those that can never fire on this host: no event of their types is sensed, or a field that they need never has a value. */
  readonly unusable: { readonly events: number; readonly fields: number };
  /** Names of hosts that rules in force compare with and that have no address yet: how many, and the first of them; absent where none. */
  readonly unresolved?: { readonly count: number; readonly names: readonly string[] };
  /** Files are read at the start and at each reload; `says`: why those of before go on. */
  readonly latest: { readonly atMs: number; readonly says?: string };
}

/** What the layer knows of this host by now, and until when it learns the rest. Times are wall clock. */
export interface LearningStatus {
  /** Until then what may only be new to the layer is told and not contained; absent where it is contained, or nothing would be. */
  readonly tolerantUntilMs?: number;
  /** Programs whose orders of system calls are learned, and known; absent where none are. */
  readonly programs?: {
    readonly learning: number;
    readonly learned: number;
    /** When the next of them is learned at the earliest; absent where that cannot be told. */
    readonly nextMs?: number;
  };
}

/** Everything that `status`, `top` and the API show: one document, one truth. */
export interface StatusDocument {
  readonly version: string;
  readonly atMs: number;
  readonly sinceMs: number;
  readonly modes: { readonly balance: Mode; readonly immune: Mode };
  readonly scope: readonly string[];
  /** "two processes": warden and hive apart. "rootless": one process, read-only. */
  readonly arrangement: "warden and hive" | "rootless";
  readonly events: {
    readonly source: "ebpf" | "procfs";
    readonly perSecond: Readonly<Record<string, number>>;
    readonly total: Readonly<Record<string, number>>;
    /** Kinds that are watched now; absent: see `seenKinds`. */
    readonly kinds?: readonly string[];
  };
  readonly losses: Losses;
  /** As in ReadingBatch: per kind, what the ring had no room for, and what was counted instead of repeated. */
  readonly lost?: Readonly<Record<string, number>>;
  readonly merged?: Readonly<Record<string, number>>;
  readonly ring?: RingLevel;
  /** The latest measurement; empty until there is one. */
  readonly sensors?: readonly SensorCost[];
  /** What this host lacks and what is lost by it, a sentence each. */
  readonly missing: readonly string[];
  readonly pids: { readonly warden: number; readonly hive: number };
  readonly host: Readonly<Partial<Record<ReadingName, number>>>;
  readonly workloads: readonly WorkloadStatus[];
  readonly signals: readonly SignalStatus[];
  readonly leases: readonly LeaseInfo[];
  /** Absent until the guard has told, and without root. */
  readonly guard?: GuardInfo;
  readonly intentions: readonly Intention[];
  readonly incidents: { readonly open: number; readonly latest: readonly Incident[] };
  readonly agents: readonly { readonly name: string; readonly colony: string; readonly says: string }[];
  /** Absent where there never were any. */
  readonly rules?: RuleStatus;
  /** Absent where there is nothing to tell of it. */
  readonly learning?: LearningStatus;
  /** Where incidents and actions are told outside; absent where the configuration names no such place. */
  readonly outputs?: readonly OutputStatus[];
}

/** What comparing procfs with itself can tell. */
export const PROCFS_KINDS: readonly string[] = ["exec", "fork", "exit"];

/** Kinds of which a zero means that there were none: of all others nothing is known. */
export function seenKinds({ source, kinds }: StatusDocument["events"]): readonly string[] {
  return source === "procfs" ? PROCFS_KINDS : (kinds ?? SHOWN_KINDS);
}

/** The whole answer to `swarms explain ID`: what, why, from, to, until, undo. */
export interface Explanation {
  readonly id: string;
  readonly subject: "change" | "incident";
  /** Title, then paragraphs; printable. */
  readonly title: string;
  readonly lines: readonly { readonly label: string; readonly text: string }[];
  /** The same as fields, for programs; absent where the answer comes from the journal alone. */
  readonly change?: ExplainedChange;
  readonly incident?: Incident & { readonly changes: readonly ExplainedChange[] };
}

/** One change, times in wall-clock milliseconds. */
export interface ExplainedChange extends Pick<Decision, "action" | "kind" | "cgroup" | "outcome" | "from" | "to"> {
  readonly atMs: number;
  readonly agent: string;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  readonly incident?: string;
  /** While it is in force: when it ends unless renewed, and the command that takes it back. */
  readonly untilMs?: number;
  readonly undo?: string;
  readonly undone?: Pick<Reverted, "cause" | "says"> & { readonly atMs: number };
}
