import { knownSpec } from "../../core/action.ts";
import { actionId, type CarriedRecord, type JournalRecord, type RecordBodies } from "./record.ts";

/** What a recovery asks of the past beside what is open: the containment budget's hour (a person's wish counts for less). */
const RECENT_MS = 3_600_000;
/** Ended changes kept at once: several times what the hour's budget, and what is open, can be. */
const MAX_ENDED = 8192;

type Carried<T extends CarriedRecord["type"]> = Extract<CarriedRecord, { readonly type: T }>;

interface Kept {
  readonly intent: Carried<"intent">;
  /** The latest result, the latest rebase, and what ended it: each overrides what it repeats. */
  readonly more: Map<string, CarriedRecord>;
  /** The first `open` of the kernel's run in which it was made. */
  readonly run: Carried<"open"> | undefined;
  /** Until when it counts once it has ended: monotonic and wall-clock milliseconds, whichever is later; 0 where it does not. */
  untilMs: number;
  untilWallMs: number;
}

/**
 * Which records a recovery still needs: those of changes that are open, of containments within the hour, and of
 * what a person took back within the hour, each with what ended it. Folding them gives what folding the whole history
 * would (carry.test.ts). Kinds of a later version are carried too: it will ask for them.
 */
export class Carry {
  private readonly open = new Map<string, Kept>();
  private ended: Kept[] = [];
  private run: Carried<"open"> | undefined;

  /** `nowMs`: CLOCK_MONOTONIC milliseconds at which it was written. */
  add(record: JournalRecord, nowMs: number): void {
    const { seq, atMs } = record;
    if (record.type === "open") this.begin({ seq, atMs, type: "open", body: record.body });
    else if (record.type === "intent")
      this.intend({ seq, atMs, type: "intent", body: withoutEvidence(record.body) }, nowMs);
    else if (record.type === "result") this.settle({ seq, atMs, type: "result", body: record.body });
    else if (record.type === "revert") this.revert({ seq, atMs, type: "revert", body: record.body }, nowMs);
  }

  /** In the order of their numbers. */
  records(nowMs: number, wallMs: number): CarriedRecord[] {
    this.ended = this.ended.filter((kept) => kept.untilMs > nowMs || kept.untilWallMs > wallMs);
    const all = new Map<number, CarriedRecord>();
    const keep = (record: CarriedRecord | undefined): void => void (record && all.set(record.seq, record));
    for (const kept of [...this.ended, ...this.open.values()])
      for (const record of [kept.run, kept.intent, ...kept.more.values()]) keep(record);
    keep(this.run);
    return [...all.values()].sort((a, b) => a.seq - b.seq);
  }

  /** Changes in force whose own record is at most `seq`. */
  openUpTo(seq: number): string[] {
    return [...this.open].flatMap(([action, { intent }]) => (intent.seq <= seq ? [action] : []));
  }

  private begin(record: Carried<"open">): void {
    if (record.body.bootId === this.run?.body.bootId) return;
    // Knobs do not survive a restart of the kernel, so neither do changes.
    for (const action of this.open.keys()) this.end(action, record);
    this.run = record;
  }

  private intend(intent: Carried<"intent">, nowMs: number): void {
    const { kind, replaces } = intent.body;
    if (replaces !== undefined) this.end(replaces, intent);
    const counts = knownSpec(kind)?.containment ?? true;
    const kept = { intent, more: new Map(), run: this.run, untilMs: 0, untilWallMs: 0 };
    if (counts) last(kept, nowMs, intent.atMs);
    this.open.set(actionId(intent.seq), kept);
  }

  private settle(result: Carried<"result">): void {
    const { action, ok, putBack } = result.body;
    const kept = this.open.get(action);
    kept?.more.set("result", result);
    if (ok ? kept !== undefined && isOnce(kept.intent.body.kind) : putBack) this.end(action, result);
  }

  private revert(revert: Carried<"revert">, nowMs: number): void {
    const { action, cause, rebase } = revert.body;
    const kept = this.open.get(action);
    if (kept !== undefined && (cause === "undo" || cause === "restore")) last(kept, nowMs, revert.atMs);
    this.end(action, revert);
    if (rebase !== undefined) this.open.get(rebase.action)?.more.set("rebase", revert);
  }

  private end(action: string, by: CarriedRecord): void {
    const kept = this.open.get(action);
    if (kept === undefined) return;
    this.open.delete(action);
    kept.more.set("end", by);
    if (kept.untilMs > 0) this.ended.push(kept);
    if (this.ended.length > MAX_ENDED) this.ended.splice(0, this.ended.length - MAX_ENDED);
  }
}

/** Both clocks, because the wall clock jumps, and because it is all that a later run has. */
function last(kept: Kept, nowMs: number, wallMs: number): void {
  kept.untilMs = nowMs + RECENT_MS;
  kept.untilWallMs = wallMs + RECENT_MS;
}

function isOnce(kind: string): boolean {
  return knownSpec(kind)?.once === true;
}

function withoutEvidence(body: RecordBodies["intent"]): RecordBodies["intent"] {
  return { ...body, evidence: [] };
}
