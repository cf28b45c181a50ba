/** Share of the budget kept for the confirmation, and its bounds in runs: what eight pairs need, and what forty do. */
const CONFIRMATION = { share: 0.25, least: 16, most: 80 } as const;

/** Runs and time, spent and left. */
export class Budget {
  private readonly mostRuns: number;
  private readonly mostMs: number;
  private spentRuns = 0;
  private spentMs = 0;

  constructor({ runs, minutes }: { readonly runs?: number | undefined; readonly minutes?: number | undefined }) {
    this.mostRuns = runs ?? Number.POSITIVE_INFINITY;
    this.mostMs = minutes === undefined ? Number.POSITIVE_INFINITY : minutes * 60_000;
  }

  /** One run, after which so much time is spent in all. */
  spend(elapsedMs: number): void {
    this.spentRuns++;
    this.spentMs = elapsedMs;
  }

  get runs(): number {
    return this.spentRuns;
  }

  /** Runs in all, going by those so far. */
  get expectedRuns(): number {
    const each = this.spentMs / Math.max(1, this.spentRuns);
    return Math.min(this.mostRuns, this.mostMs / Math.max(each, 0.1));
  }

  /** 0 to 1. */
  get spent(): number {
    return Math.min(1, Math.max(this.spentRuns / this.mostRuns, this.spentMs / this.mostMs));
  }

  /** Whether the search may have so many runs more. */
  forSearch(runs: number): boolean {
    const { share, least, most } = CONFIRMATION;
    const kept = Math.min(most, Math.max(least, share * this.mostRuns));
    return this.spentRuns + runs <= this.mostRuns - kept && this.spentMs < (1 - share) * this.mostMs;
  }

  forConfirmation(runs: number): boolean {
    return this.spentRuns + runs <= this.mostRuns && this.spentMs < this.mostMs;
  }
}
