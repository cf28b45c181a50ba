const MINUTE_MS = 60_000;

export const PACE = {
  /** After a search that found nothing; doubled at each further one. */
  restMs: 5 * MINUTE_MS,
  longestRestMs: 4 * 60 * MINUTE_MS,
  /** Where there is no knob to be tried now: looked at again after this. */
  lookMs: MINUTE_MS / 2,
  /** A kept winner is compared with doing nothing after this, doubled each time that it holds. */
  recheckMs: 10 * MINUTE_MS,
  /** Spent on comparing in an hour at most. */
  budgetMs: 20 * MINUTE_MS,
  perMs: 60 * MINUTE_MS,
} as const;

/** When to search: little while there is something to be found, ever less while there is not. */
export class SearchPace {
  private untilMs = Number.NEGATIVE_INFINITY;
  private restMs: number = PACE.restMs;
  private recheckMs: number = PACE.recheckMs;
  private spentMs = 0;

  /** Whether a search may begin. */
  isDue(nowMs: number): boolean {
    return nowMs >= this.untilMs;
  }

  /** Whether another comparison may: one that has begun is carried through. */
  get hasBudget(): boolean {
    return this.spentMs < PACE.budgetMs;
  }

  /** There was nothing that could be tried. */
  lookAgain(nowMs: number): void {
    this.untilMs = nowMs + PACE.lookMs;
  }

  /** To be called at every turn: what was spent comes back with time. */
  passed(turnMs: number, isWorking: boolean): void {
    const back = (turnMs * PACE.budgetMs) / PACE.perMs;
    this.spentMs = Math.max(0, this.spentMs - back) + (isWorking ? turnMs : 0);
  }

  foundNothing(nowMs: number): void {
    this.untilMs = nowMs + this.restMs;
    this.restMs = Math.min(PACE.longestRestMs, this.restMs * 2);
  }

  /** A winner is in force, new or still. */
  holds(nowMs: number, isNew: boolean): void {
    this.recheckMs = isNew ? PACE.recheckMs : Math.min(PACE.longestRestMs, this.recheckMs * 2);
    this.restMs = PACE.restMs;
    this.untilMs = nowMs + this.recheckMs;
  }

  /** Another phase: what is known of the last one does not hold it back. */
  anew(): void {
    this.untilMs = Number.NEGATIVE_INFINITY;
    this.restMs = PACE.restMs;
    this.recheckMs = PACE.recheckMs;
  }

  /** What outlives a restart, as time left; plain JSON. */
  save(nowMs: number): { readonly waitMs: number; readonly restMs: number } {
    return { waitMs: Math.max(0, this.untilMs - nowMs), restMs: this.restMs };
  }

  /** Anything malformed is ignored. */
  load(saved: unknown, nowMs: number): void {
    if (typeof saved !== "object" || saved === null || !("waitMs" in saved) || !("restMs" in saved)) return;
    const { waitMs, restMs } = saved;
    if (typeof waitMs !== "number" || typeof restMs !== "number") return;
    if (!(waitMs > 0 && restMs >= PACE.restMs)) return;
    this.untilMs = nowMs + Math.min(PACE.longestRestMs, waitMs);
    this.restMs = Math.min(PACE.longestRestMs, restMs);
  }
}
