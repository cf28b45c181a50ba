import { type ActionKind, type LeaseInfo, type RevertCause, specOf } from "../core/action.ts";
import { type Change, changeOf, COVERED_BY } from "./change.ts";
import type { ConditionFacts } from "../core/condition.ts";
import type { IntentBody } from "./journal/record.ts";

/** A change that is in force. Times are monotonic milliseconds unless they say wall. */
export interface Lease extends Change {
  readonly value: number;
  readonly from: string;
  readonly to: string;
  readonly sinceWallMs: number;
  untilMs: number;
  renewals: number;
  readonly agent: string;
  readonly reason: string;
  readonly incident?: string;
  /** In the group when the change was made. */
  readonly processes: number;
  /** People, where it was made in advise mode. */
  approvedBy: readonly string[];
  /** What conditions of policies are asked about, as it was when the change was made. */
  facts: (() => ConditionFacts) | undefined;
  /** It could not be taken back yet, in this run or in an earlier one: why it is, as soon as the kernel lets it, and who asked. It is not renewed. */
  owed?: { readonly cause: RevertCause; readonly by: string };
}

/** In force once its write was read back; until then `written` and `untilMs` say so. */
export function newLease(seq: number, body: IntentBody, value: number, wallMs: number): Lease {
  const { from, to, agent, reason, incident, processes } = body;
  const words = { from, to, agent, reason, processes, ...(incident !== undefined && { incident }) };
  return {
    ...changeOf(seq, body),
    ...words,
    value,
    sinceWallMs: wallMs,
    untilMs: 0,
    renewals: 0,
    approvedBy: [],
    facts: undefined,
  };
}

/** The changes in force: at most one per kind and group. */
export class Leases {
  private readonly byAction = new Map<string, Lease>();

  add(lease: Lease): void {
    this.byAction.set(lease.action, lease);
  }

  remove(lease: Lease): void {
    this.byAction.delete(lease.action);
  }

  get(action: string): Lease | undefined {
    return this.byAction.get(action);
  }

  find(kind: ActionKind, cgroup: string): Lease | undefined {
    return this.newestFirst().find((lease) => lease.kind === kind && lease.cgroup === cgroup);
  }

  /** The lease on the same group under which this one's knob may be hidden. */
  coverOf(lease: Lease): Lease | undefined {
    const kind = COVERED_BY[lease.kind];
    const cover = kind && this.find(kind, lease.cgroup);
    return cover?.inode === lease.inode ? cover : undefined;
  }

  /** The changes in force that count against the containment budget. */
  containing(): Lease[] {
    return this.newestFirst().filter(({ kind }) => specOf(kind).containment);
  }

  /** As people and the hive see them, the newest first. */
  infos(now: { readonly wallMs: number; readonly monoMs: number }): LeaseInfo[] {
    return this.newestFirst().map((lease) => leaseInfo(lease, now));
  }

  nextExpiryMs(): number | undefined {
    const times = [...this.byAction.values()].map(({ untilMs }) => untilMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The order in which changes are taken back. */
  newestFirst(): Lease[] {
    return [...this.byAction.values()].sort((a, b) => b.seq - a.seq);
  }
}

/** For people and the hive: times as CLOCK_REALTIME shows them now, whatever it showed when the lease began. */
export function leaseInfo(lease: Lease, now: { readonly wallMs: number; readonly monoMs: number }): LeaseInfo {
  const { action, kind, cgroup, from, to, sinceWallMs, agent, reason, incident } = lease;
  const untilMs = now.wallMs + lease.untilMs - now.monoMs;
  return {
    action,
    kind,
    cgroup,
    from,
    to,
    sinceMs: sinceWallMs,
    untilMs,
    agent,
    reason,
    ...(incident !== undefined && { incident }),
  };
}
