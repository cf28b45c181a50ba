import type { Decision, Proposal } from "../core/action.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { Asked as AskedChange } from "./checks.ts";

/** A proposal that waits for people. Times are CLOCK_MONOTONIC milliseconds. */
export interface Waiting {
  /** What a person types: "a-12". */
  readonly id: string;
  readonly proposal: Proposal;
  readonly kind: Proposal["kind"];
  readonly cgroup: string;
  /** See `deedOf`. */
  readonly deed: string;
  readonly from: string;
  readonly to: string;
  readonly needed: number;
  readonly approvedBy: readonly string[];
  readonly sinceMs: number;
  /** Nobody asked for it again since: it is forgotten. */
  readonly untilMs: number;
}

type Asked = Pick<Waiting, "proposal" | "kind" | "cgroup" | "deed" | "from" | "to" | "needed">;

/**
 * What people approve, to the letter: a word for one process or executable is none for another of the same group, nor for
 * the program that a process has become since. A knob's value says it all; how it is written may change with the host.
 */
export function deedOf({ target, value, setting }: Pick<AskedChange, "target" | "value" | "setting">): string {
  return target.spec.containment ? setting : String(value);
}

/** A proposal waits this long after it was last asked for. */
export const WAIT_MS = 15 * 60_000;
/** What a person has dismissed is not asked again for so long. */
export const DISMISSED_MS = 3_600_000;
const MAX_WAITING = 64;

/**
 * What waits for a person in advise mode: one entry per group, kind and deed, however often it is asked for. Whoever
 * floods it pushes out only what was asked for longest ago, and nothing that somebody has begun to approve.
 */
export class Approvals {
  private readonly waiting = new Map<string, Waiting>();
  private readonly dismissed = new Map<string, number>();
  private count = 0;

  /** The entry of this proposal, new or known. Undefined where a person dismissed it lately, or there is no room. */
  ask(asked: Asked, nowMs: number): Waiting | undefined {
    this.forget(nowMs);
    const key = keyOf(asked);
    if (this.dismissed.has(key)) return undefined;
    const known = this.waiting.get(key);
    if (known === undefined && !this.makeRoom()) return undefined;
    const entry = {
      ...asked,
      id: known?.id ?? `a-${++this.count}`,
      approvedBy: known?.approvedBy ?? [],
      sinceMs: known?.sinceMs ?? nowMs,
      untilMs: nowMs + WAIT_MS,
    };
    // Deleted first, so that the order of the map is that of the last time each was asked for.
    this.waiting.delete(key);
    this.waiting.set(key, entry);
    return entry;
  }

  list(nowMs: number): readonly Waiting[] {
    this.forget(nowMs);
    return [...this.waiting.values()];
  }

  /**
   * Adds a person. `complete` where enough have approved: the entry is then taken out, for the guard to judge the
   * proposal once more and act. SW-NOT-FOUND, SW-APPROVED-ALREADY (the same person twice).
   */
  approve(id: string, by: string, nowMs: number): Result<{ readonly entry: Waiting; readonly complete: boolean }> {
    const found = this.find(id, nowMs);
    if (!found.ok) return found;
    const [key, entry] = found.value;
    if (entry.approvedBy.includes(by))
      return failed("SW-APPROVED-ALREADY", `${printable(by, 64)} has approved ${id}; it needs another person`);
    const next = { ...entry, approvedBy: [...entry.approvedBy, by] };
    const complete = next.approvedBy.length >= next.needed;
    if (complete) this.waiting.delete(key);
    else this.waiting.set(key, next);
    return ok({ entry: next, complete });
  }

  /** Takes it out, and does not let it be asked again for an hour. SW-NOT-FOUND. */
  dismiss(id: string, nowMs: number): Result<Waiting> {
    const found = this.find(id, nowMs);
    if (!found.ok) return found;
    const [key, entry] = found.value;
    this.waiting.delete(key);
    this.dismissed.set(key, nowMs + DISMISSED_MS);
    return ok(entry);
  }

  /** Of a change that somebody took back: what led to it must not be approved by an old word. */
  clear(): void {
    this.waiting.clear();
  }

  private find(id: string, nowMs: number): Result<readonly [string, Waiting]> {
    this.forget(nowMs);
    const found = [...this.waiting].find(([, entry]) => entry.id === id);
    return found === undefined
      ? failed("SW-NOT-FOUND", `nothing called ${printable(id, 64)} waits for approval (it may have expired)`)
      : ok(found);
  }

  private forget(nowMs: number): void {
    for (const [key, { untilMs }] of this.waiting) if (untilMs <= nowMs) this.waiting.delete(key);
    for (const [key, untilMs] of this.dismissed) if (untilMs <= nowMs) this.dismissed.delete(key);
  }

  private makeRoom(): boolean {
    if (this.waiting.size < MAX_WAITING) return true;
    const oldest = [...this.waiting].find(([, { approvedBy }]) => approvedBy.length === 0);
    if (oldest === undefined) return false;
    this.waiting.delete(oldest[0]);
    return true;
  }
}

function keyOf({ kind, cgroup, deed }: Asked): string {
  return JSON.stringify([kind, cgroup, deed]);
}

/** The decision with what a person can do about it. */
export function advised(decision: Decision, entry: Waiting | undefined): Decision {
  if (entry === undefined) return { ...decision, says: `${decision.says}; dismissed by a person, or too much waits` };
  const { id, needed, approvedBy } = entry;
  const others = needed > 1 ? ` (${approvedBy.length} of ${needed} people have)` : "";
  return { ...decision, approval: id, says: `${decision.says}; \`swarms approve ${id}\` does it${others}` };
}
