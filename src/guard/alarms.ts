import type { AlarmInfo, AlarmName } from "../core/guard-info.ts";
import type { Clock } from "../core/clock.ts";
import { printable } from "../core/printable.ts";

/** A repeat within this is the same alarm. */
const FOLD_MS = 3_600_000;
/** Repeats are told together: a million of them are sixty sentences an hour, and twelve records. */
const TELL_MS = 60_000;
const RECORD_MS = 300_000;
const KEPT = 16;
const AGENTS = 4;

interface Entry {
  info: AlarmInfo;
  /** Monotonic milliseconds. */
  lastMs: number;
  toldMs: number;
  recordedMs: number;
  told: number;
  recorded: number;
}

interface Outlets {
  /** The first time at once, then once a minute while it goes on. */
  tell(alarm: AlarmInfo): void;
  /** False where the journal could not be written: it is tried again. */
  record(alarm: AlarmInfo): boolean;
}

/** What the guard raises by itself: one alarm of each name, with a count, until it was quiet for an hour. */
export class Alarms {
  private readonly clock: Clock;
  private readonly outlets: Outlets;
  private entries: Entry[] = [];

  constructor(clock: Clock, outlets: Outlets) {
    this.clock = clock;
    this.outlets = outlets;
  }

  raise(alarm: AlarmName, by: string, says: string): void {
    const [nowMs, wallMs] = [this.clock.monoMs(), this.clock.wallMs()];
    const known = this.entries.find((each) => each.info.alarm === alarm && nowMs - each.lastMs < FOLD_MS);
    const entry = known ?? newEntry(alarm, nowMs, wallMs);
    const [agent, { info }] = [printable(by, 64), entry];
    const agents = info.agents.includes(agent) || info.agents.length >= AGENTS ? info.agents : [...info.agents, agent];
    entry.info = { ...info, agents, lastMs: wallMs, count: info.count + 1, latest: printable(says, 300) };
    entry.lastMs = nowMs;
    if (known === undefined) this.entries = [entry, ...this.entries].slice(0, KEPT);
    this.settle();
  }

  /** Tells and records what is due; called whenever time passes. */
  settle({ last = false } = {}): void {
    const nowMs = this.clock.monoMs();
    for (const entry of this.entries) {
      if (entry.told < entry.info.count && (last || nowMs - entry.toldMs >= TELL_MS)) {
        [entry.toldMs, entry.told] = [nowMs, entry.info.count];
        this.outlets.tell(entry.info);
      }
      if (entry.recorded < entry.info.count && (last || nowMs - entry.recordedMs >= RECORD_MS)) {
        entry.recordedMs = nowMs;
        if (this.outlets.record(entry.info)) entry.recorded = entry.info.count;
      }
    }
  }

  /** The latest first. */
  list(): readonly AlarmInfo[] {
    return this.entries.map(({ info }) => info);
  }
}

function newEntry(alarm: AlarmName, nowMs: number, wallMs: number): Entry {
  // Seconds are enough: the same alarm is not raised anew for an hour, the journal's own names are its records' numbers.
  const id = `${alarm}-${Math.floor(wallMs / 1000).toString(36)}`;
  const info = { id, alarm, sinceMs: wallMs, lastMs: wallMs, count: 0, agents: [], latest: "" };
  const never = Number.NEGATIVE_INFINITY;
  return { info, lastMs: nowMs, toldMs: never, recordedMs: never, told: 0, recorded: 0 };
}
