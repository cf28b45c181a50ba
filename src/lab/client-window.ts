import { LatencyHistogram, type SparseCounts } from "./latency-histogram.ts";

/** What the client measured over one stretch of intended send times. */
export interface WindowResult {
  readonly window: number;
  readonly seconds: number;
  readonly sent: number;
  readonly answered: number;
  readonly errors: number;
  /** Requests that had no answer yet when the window closed: many where the service cannot keep up. */
  readonly late: number;
  /** All answers that came from the opening to the report, whatever window they belong to. */
  readonly served: number;
  /** Intended send to answer, microseconds. */
  readonly latency: SparseCounts;
  /** Intended to actual send, microseconds: the client's own part of the latency. */
  readonly lag: SparseCounts;
}

/**
 * Requests belong to the window in which they were *due*. A request still unanswered when the window
 * is settled counts with the time it has waited so far: it may not drop out because it was slow.
 */
export class ClientWindow {
  readonly latency = new LatencyHistogram();
  readonly lag = new LatencyHistogram();
  private readonly id: number;
  private readonly fromUs: number;
  private toUs = Infinity;
  private sent = 0;
  private answered = 0;
  private errors = 0;
  private late = 0;

  constructor(id: number, fromUs: number) {
    this.id = id;
    this.fromUs = fromUs;
  }

  holds(dueUs: number): boolean {
    return dueUs >= this.fromUs && dueUs < this.toUs;
  }

  close(atUs: number): void {
    this.toUs = atUs;
    this.late = this.open;
  }

  onSent(dueUs: number, atUs: number): void {
    this.sent++;
    this.lag.record(atUs - dueUs);
  }

  onAnswer(dueUs: number, atUs: number, error: boolean): void {
    this.answered++;
    if (error) this.errors++;
    this.latency.record(atUs - dueUs);
  }

  onUnanswered(dueUs: number, atUs: number): void {
    this.latency.record(atUs - dueUs);
  }

  get open(): number {
    return this.sent - this.answered;
  }

  result(served: number): WindowResult {
    return {
      window: this.id,
      seconds: (this.toUs - this.fromUs) / 1e6,
      sent: this.sent,
      answered: this.answered,
      errors: this.errors,
      late: this.late,
      served,
      latency: this.latency.sparse(),
      lag: this.lag.sparse(),
    };
  }
}
