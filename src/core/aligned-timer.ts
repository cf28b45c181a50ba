/** Of a period: what would come sooner than this is left out, as a timer may come a moment early. */
const LEAST_SHARE = 0.25;

/** Milliseconds until the next multiple of a period of CLOCK_MONOTONIC. */
export function untilAligned(everyMs: number, nowMs: number): number {
  const restMs = everyMs - (nowMs % everyMs);
  return Math.ceil(restMs < everyMs * LEAST_SHARE ? restMs + everyMs : restMs);
}

/**
 * Comes at multiples of its period, in all processes of a host at once. To wake a CPU that has gone to sleep costs half a millisecond of cold
 * caches whatever is done then; what is due about once a second is so done in one waking, not in ten. `monoMs`: CLOCK_MONOTONIC.
 */
export class AlignedTimer {
  private readonly everyMs: number;
  private readonly work: () => void;
  private readonly monoMs: () => number;
  private timer: NodeJS.Timeout;

  constructor(everyMs: number, work: () => void, monoMs: () => number) {
    this.everyMs = everyMs;
    this.work = work;
    this.monoMs = monoMs;
    this.timer = this.next();
  }

  /** A process does not stay for it. */
  unref(): this {
    this.timer.unref();
    return this;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private next(): NodeJS.Timeout {
    return setTimeout(
      () => {
        const before = this.timer;
        this.timer = this.next();
        if (!before.hasRef()) this.timer.unref();
        this.work();
      },
      untilAligned(this.everyMs, this.monoMs()),
    );
  }
}
