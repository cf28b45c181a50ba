import type { Seen } from "../swarm/statistics.ts";

export const HABIT_LIMITS = {
  /** Whose habits are kept: far more than a host has distinct services. */
  subjects: 2048,
  /** Kinds per subject. Who does more than this is varied anyway: what is forgotten counts as seen once. */
  kinds: 128,
  /** Kinds over all subjects: about 2 MB of JSON. */
  total: 16_384,
  count: 1_000_000_000,
} as const;

interface Habit {
  total: number;
  once: number;
  forgotten: number;
  /** When it was first seen, monotonic; long ago for what an earlier run remembers. */
  readonly sinceMs: number;
  readonly counts: Map<string, number>;
}

/** How often each subject did each kind of thing; bounded, the least recently used goes first. */
export class Habits {
  private readonly subjects = new Map<string, Habit>();
  private kinds = 0;

  get size(): number {
    return this.kinds;
  }

  seen(subject: string): Seen {
    const habit = this.subjects.get(subject);
    return habit === undefined
      ? { total: 0, once: 0 }
      : { total: habit.total, once: Math.min(habit.total, habit.once + habit.forgotten) };
  }

  knows(subject: string, kind: string): boolean {
    return this.subjects.get(subject)?.counts.has(kind) ?? false;
  }

  /** How long the subject has been known, milliseconds; 0 where it is not. */
  knownForMs(subject: string, nowMs: number): number {
    return nowMs - (this.subjects.get(subject)?.sinceMs ?? nowMs);
  }

  learn(subject: string, kind: string, nowMs = 0): void {
    this.add(subject, kind, 1, nowMs);
  }

  /** Plain JSON: [subject, forgotten, [[kind, count], ...]] each. Subjects that `keeps` refuses are left out. */
  toJson(keeps: (subject: string) => boolean = () => true): unknown[] {
    return [...this.subjects]
      .filter(([subject]) => keeps(subject))
      .map(([subject, habit]) => [subject, habit.forgotten, [...habit.counts]]);
  }

  /** Adds what `toJson` gave; anything malformed is passed over. */
  fromJson(json: unknown): void {
    if (!Array.isArray(json)) return;
    for (const row of json.slice(-HABIT_LIMITS.subjects) as unknown[]) {
      if (!Array.isArray(row)) continue;
      const [subject, forgotten, counts] = row as unknown[];
      if (!isName(subject) || !Array.isArray(counts)) continue;
      for (const pair of counts.slice(-HABIT_LIMITS.kinds) as unknown[]) {
        if (!Array.isArray(pair)) continue;
        const [kind, count] = pair as unknown[];
        if (isName(kind) && isCount(count) && count > 0) this.add(subject, kind, count, Number.NEGATIVE_INFINITY);
      }
      const habit = this.subjects.get(subject);
      if (habit !== undefined && isCount(forgotten)) {
        habit.forgotten += forgotten;
        habit.total += forgotten;
      }
    }
  }

  private add(subject: string, kind: string, times: number, nowMs: number): void {
    const habit = this.subjects.get(subject) ?? {
      total: 0,
      once: 0,
      forgotten: 0,
      sinceMs: nowMs,
      counts: new Map<string, number>(),
    };
    // Deleting first moves the entry to the young end of the map's order.
    this.subjects.delete(subject);
    this.subjects.set(subject, habit);
    const before = habit.counts.get(kind) ?? 0;
    const now = Math.min(HABIT_LIMITS.count, before + times);
    habit.counts.delete(kind);
    habit.counts.set(kind, now);
    habit.total = Math.min(HABIT_LIMITS.count, habit.total + times);
    habit.once += Number(now === 1) - Number(before === 1);
    if (before === 0) this.kinds++;
    if (habit.counts.size > HABIT_LIMITS.kinds) this.forgetKind(habit);
    while (this.subjects.size > HABIT_LIMITS.subjects || this.kinds > HABIT_LIMITS.total) this.forgetSubject();
  }

  private forgetKind(habit: Habit): void {
    const oldest = habit.counts.entries().next();
    if (oldest.done) return;
    const [kind, count] = oldest.value;
    habit.counts.delete(kind);
    if (count === 1) habit.once--;
    habit.forgotten++;
    this.kinds--;
  }

  private forgetSubject(): void {
    const oldest = this.subjects.entries().next();
    if (oldest.done) return;
    const [subject, habit] = oldest.value;
    this.kinds -= habit.counts.size;
    this.subjects.delete(subject);
  }
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= 512;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= HABIT_LIMITS.count;
}
