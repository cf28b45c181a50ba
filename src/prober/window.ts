/** Shortest stretch of time that answers are judged over, and the answers that a tail takes. */
const LEAST_MS = 2000;
const MOST_MS = 10_000;
const WANTED = 100;

interface Answer {
  readonly dueMs: number;
  /** Milliseconds from when it was due; undefined where none came. */
  readonly tookMs: number | undefined;
}

export interface WindowReading {
  readonly value?: number;
  readonly samples: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly failures: number;
}

/** The answers of the last seconds: as many seconds as a tail takes at this rate. */
export class AnswerWindow {
  private readonly lengthMs: number;
  private readonly quantile: number;
  private readonly lostMs: number;
  private answers: Answer[] = [];
  private readonly waiting = new Map<number, number>();
  private ids = 0;

  /** `lostMs`: what a request without an answer counts as. */
  constructor(spec: { readonly perSecond: number; readonly quantile: number }, lostMs: number) {
    this.lengthMs = Math.min(MOST_MS, Math.max(LEAST_MS, (WANTED * 1000) / spec.perSecond));
    this.quantile = spec.quantile;
    this.lostMs = lostMs;
  }

  get outstanding(): number {
    return this.waiting.size;
  }

  /** A request that was due then; gives the function that takes its end. */
  sent(dueMs: number): (endMs: number | undefined) => void {
    const id = ++this.ids;
    this.waiting.set(id, dueMs);
    return (endMs) => {
      if (!this.waiting.delete(id)) return;
      this.answers.push({ dueMs, tookMs: endMs === undefined ? undefined : Math.max(0, endMs - dueMs) });
    };
  }

  /** One that was not even sent, because too many wait. */
  skipped(dueMs: number): void {
    this.answers.push({ dueMs, tookMs: undefined });
  }

  read(nowMs: number): WindowReading {
    this.answers = this.answers.filter(({ dueMs }) => nowMs - dueMs <= this.lengthMs);
    const answered = this.answers.flatMap(({ tookMs }) => (tookMs === undefined ? [] : [tookMs]));
    const lost = this.answers.length - answered.length;
    const samples = answered.length + lost;
    const failures = samples === 0 ? 0 : lost / samples;
    // Nothing answers at all: it is not there, and nobody's giving way would bring it back.
    if (answered.length === 0) return { samples, failures };
    const times = answered.concat(Array.from({ length: lost }, () => this.lostMs)).concat(this.open(nowMs, answered));
    times.sort((a, b) => a - b);
    return {
      value: at(times, this.quantile),
      samples,
      p50Ms: at(times, 0.5),
      p99Ms: at(times, 0.99),
      failures,
    };
  }

  /** What waits already longer than most waited will be no better when it is answered. */
  private open(nowMs: number, answered: readonly number[]): number[] {
    const usual = at(
      answered.toSorted((a, b) => a - b),
      0.5,
    );
    return [...this.waiting.values()].map((dueMs) => nowMs - dueMs).filter((ageMs) => ageMs > usual);
  }
}

/** Nearest rank, of sorted values. */
function at(sorted: readonly number[], quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(quantile * sorted.length) - 1))] ?? 0;
}
