import type { Out } from "./progress.ts";

/** Sooner than that the guess is no better than none. */
const LEAST_SHARE = 0.02;

/**
 * How far counted work is, and how long the rest takes if it goes on like this. One line that changes on a terminal; a pipe
 * or a log gets nothing of it.
 */
export class Countdown {
  private readonly out: Out;
  private readonly what: string;
  private readonly beganMs: number;
  private readonly nowMs: () => number;
  private dirty = false;

  constructor(out: Out, what: string, nowMs: () => number = () => performance.now()) {
    this.out = out;
    this.what = what;
    this.nowMs = nowMs;
    this.beganMs = nowMs();
  }

  /** `done` of `total` units; `says`: what is at hand. */
  at(done: number, total: number, says = ""): void {
    if (this.out.isTTY !== true) return;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const tookMs = this.nowMs() - this.beganMs;
    const left = share < LEAST_SHARE ? "" : `, ${duration((tookMs / share) * (1 - share))} left`;
    const line = `${this.what}: ${done} of ${total}${left}${says === "" ? "" : `  ${says}`}`;
    this.out.write(`\r\u001b[2K${line.slice(0, (this.out.columns ?? 80) - 1)}`);
    this.dirty = true;
  }

  /** Leaves the terminal's line empty for what follows. */
  end(): void {
    if (this.dirty) this.out.write("\r\u001b[2K");
    this.dirty = false;
  }
}

/** Rounded as a guess should be: "about 40 s", "about 12 min", "about 2 h". */
function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 5) return "seconds";
  if (seconds < 90) return `about ${Math.ceil(seconds / 5) * 5} s`;
  return seconds < 5400 ? `about ${Math.round(seconds / 60)} min` : `about ${(seconds / 3600).toFixed(1)} h`;
}
