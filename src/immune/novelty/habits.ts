import type { Seen } from "../../swarm/statistics.ts";

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
  /** Used since the hand last passed by. */
  recent: boolean;
  /** When it was first seen, monotonic; long ago for what an earlier run remembers. */
  readonly sinceMs: number;
  readonly acts: Map<string, Act>;
}

/** How often a subject did one kind of thing. Who keeps it at hand can count on without looking it up (`again`). */
export interface Act {
  readonly habit: Habit;
  count: number;
  recent: boolean;
  /** No longer counted: it made room for others. */
  forgotten: boolean;
}

/**
 * How often each subject did each kind of thing; bounded. Room is made by second chance (Corbató's clock, 1968): the
 * oldest goes, unless it was used since it was last looked at. So a use costs a flag and not a move to the young end.
 */
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
    return this.subjects.get(subject)?.acts.has(kind) ?? false;
  }

  /** Undefined where the subject never did it. */
  act(subject: string, kind: string): Act | undefined {
    return this.subjects.get(subject)?.acts.get(kind);
  }

  /** Learns one more of the same; the act must not be forgotten. */
  again(act: Act): void {
    const { habit } = act;
    act.recent = true;
    habit.recent = true;
    if (act.count === 1) habit.once--;
    if (act.count < HABIT_LIMITS.count) act.count++;
    if (habit.total < HABIT_LIMITS.count) habit.total++;
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
      .map(([subject, habit]) => [subject, habit.forgotten, [...habit.acts].map(([kind, { count }]) => [kind, count])]);
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
    const habit = this.habitOf(subject, nowMs);
    const known = habit.acts.get(kind);
    const before = known?.count ?? 0;
    const count = Math.min(HABIT_LIMITS.count, before + times);
    habit.total = Math.min(HABIT_LIMITS.count, habit.total + times);
    habit.once += Number(count === 1) - Number(before === 1);
    if (known !== undefined) {
      known.count = count;
      known.recent = true;
      return;
    }
    this.makeRoom(habit);
    habit.acts.set(kind, { habit, count, recent: false, forgotten: false });
    this.kinds++;
  }

  private habitOf(subject: string, sinceMs: number): Habit {
    const known = this.subjects.get(subject);
    if (known !== undefined) {
      known.recent = true;
      return known;
    }
    if (this.subjects.size >= HABIT_LIMITS.subjects) this.forgetSubject();
    const habit: Habit = { total: 0, once: 0, forgotten: 0, recent: false, sinceMs, acts: new Map() };
    this.subjects.set(subject, habit);
    return habit;
  }

  /** Before a newcomer comes, which else could be the only one not used lately, and gone at once. */
  private makeRoom(habit: Habit): void {
    if (habit.acts.size >= HABIT_LIMITS.kinds) this.forgetAct(habit);
    if (this.kinds < HABIT_LIMITS.total) return;
    habit.recent = true;
    while (this.kinds >= HABIT_LIMITS.total) this.forgetSubject();
  }

  private forgetAct(habit: Habit): void {
    const oldest = secondChance(habit.acts);
    if (oldest === undefined) return;
    const [kind, act] = oldest;
    habit.acts.delete(kind);
    act.forgotten = true;
    if (act.count === 1) habit.once--;
    habit.forgotten++;
    this.kinds--;
  }

  private forgetSubject(): void {
    const oldest = secondChance(this.subjects);
    if (oldest === undefined) return;
    const [subject, habit] = oldest;
    this.kinds -= habit.acts.size;
    for (const act of habit.acts.values()) act.forgotten = true;
    this.subjects.delete(subject);
  }
}

/** The oldest that was not used lately; those passed over lose the mark of it and become the youngest. */
function secondChance<T extends { recent: boolean }>(entries: Map<string, T>): [string, T] | undefined {
  for (;;) {
    const oldest = entries.entries().next();
    if (oldest.done) return undefined;
    const [name, entry] = oldest.value;
    if (!entry.recent) return oldest.value;
    entry.recent = false;
    entries.delete(name);
    entries.set(name, entry);
  }
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= 512;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= HABIT_LIMITS.count;
}
