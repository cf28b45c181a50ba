import type { Clock } from "../core/clock.ts";
import { Backoff } from "./backoff.ts";
import { startSentinel, type SentinelProcess } from "./sentinel-process.ts";

type Start = typeof startSentinel;

/**
 * Keeps one sentinel on guard. While there is none, nothing may be held: `onLost` reverts, and `onGuard`
 * stays false until the next one is ready. One start at a time, with growing pauses.
 */
export class SentinelKeeper {
  private readonly journalFolder: string;
  private readonly clock: Clock;
  private readonly onLost: (why: string) => void;
  private readonly startOne: Start;
  private readonly backoff = new Backoff(200, 60_000);
  private current: SentinelProcess | undefined;
  private retry: NodeJS.Timeout | undefined;
  private sinceMs = 0;
  private stopping = false;

  constructor(journalFolder: string, clock: Clock, onLost: (why: string) => void, startOne: Start = startSentinel) {
    this.journalFolder = journalFolder;
    this.clock = clock;
    this.onLost = onLost;
    this.startOne = startOne;
  }

  get onGuard(): boolean {
    return this.current !== undefined;
  }

  get pid(): number {
    return this.current?.pid ?? 0;
  }

  /** Throws SW-SENTINEL where the first one cannot be started. */
  async start(): Promise<void> {
    this.sinceMs = this.clock.monoMs();
    const started = await this.startOne(this.journalFolder, (why) => this.lost(why));
    if (this.stopping) started.dismiss();
    else this.current = started;
  }

  /** `clean`: everything is back. Otherwise it is left to the sentinel. */
  stop(clean: boolean): void {
    this.stopping = true;
    clearTimeout(this.retry);
    if (clean) this.current?.dismiss();
    else this.current?.takeOver();
    this.current = undefined;
  }

  private lost(why: string): void {
    if (this.stopping || this.current === undefined) return;
    this.current = undefined;
    this.onLost(why);
    this.again();
  }

  private again(): void {
    const waitMs = this.backoff.after(this.clock.monoMs() - this.sinceMs);
    this.retry = setTimeout(() => {
      if (!this.stopping) this.start().catch(() => this.again());
    }, waitMs);
  }
}
