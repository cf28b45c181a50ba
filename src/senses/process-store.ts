import type { EntityKey, ProcessRef } from "../core/entity.ts";
import { AgeOrder } from "./age-order.ts";
import { type Entry, newEntry } from "./process-entry.ts";

/** Evidence on a process arrives after its end. */
const KEEP_EXITED_MS = 60_000;

/** The entries of the process table: by key, by pid, and by age, so that they are bounded. */
export class ProcessStore {
  private readonly limit: number;
  private readonly onDrop: (entry: Entry) => void;
  private readonly entries = new Map<EntityKey, Entry>();
  /** Each entry is in one of these: the oldest of the running was seen first, the oldest of the exited ended first. */
  private readonly running = new AgeOrder<Entry>();
  private readonly exited = new AgeOrder<Entry>();
  private readonly current = new Map<number, Entry>();

  constructor(limit: number, onDrop: (entry: Entry) => void) {
    this.limit = limit;
    this.onDrop = onDrop;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: EntityKey): Entry | undefined {
    return this.entries.get(key);
  }

  all(): Iterable<Entry> {
    return this.entries.values();
  }

  add(ref: ProcessRef, wallMs: number): Entry {
    const entry = newEntry(ref, wallMs);
    const before = this.current.get(ref.pid);
    this.entries.set(entry.key, entry);
    this.running.addYoungest(entry);
    if (before === undefined || before.startTicks < ref.startTicks) {
      this.current.set(ref.pid, entry);
      // The pid came again, so the exit of its former holder was lost.
      if (before !== undefined) this.end(before, wallMs);
    } else {
      // A late word on a former holder of the pid.
      this.end(entry, wallMs);
    }
    return entry;
  }

  end(entry: Entry, wallMs: number): void {
    if (entry.exitedMs !== undefined) return;
    entry.exitedMs = wallMs;
    this.running.remove(entry);
    this.exited.addYoungest(entry);
  }

  dropOld(wallMs: number): void {
    for (;;) {
      const { oldest } = this.exited;
      if (oldest?.exitedMs === undefined || wallMs - oldest.exitedMs <= KEEP_EXITED_MS) return;
      this.drop(oldest);
    }
  }

  /** Oldest exited first, then the oldest running. */
  bound(): void {
    while (this.size > this.limit) {
      const oldest = this.exited.oldest ?? this.running.oldest;
      if (oldest === undefined) return;
      this.drop(oldest);
    }
  }

  private drop(entry: Entry): void {
    this.entries.delete(entry.key);
    (entry.exitedMs === undefined ? this.running : this.exited).remove(entry);
    if (this.current.get(entry.pid) === entry) this.current.delete(entry.pid);
    this.onDrop(entry);
  }
}
