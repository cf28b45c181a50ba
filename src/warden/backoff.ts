/** Time before the next start of something that keeps ending: doubles from first to last, and starts over after a good run. */
export class Backoff {
  private readonly firstMs: number;
  private readonly lastMs: number;
  private nextMs: number;

  constructor(firstMs: number, lastMs: number) {
    this.firstMs = firstMs;
    this.lastMs = lastMs;
    this.nextMs = firstMs;
  }

  /** Call when it ended after `ranMs`; returns how long to wait. */
  after(ranMs: number): number {
    if (ranMs > this.lastMs) this.nextMs = this.firstMs;
    const wait = this.nextMs;
    this.nextMs = Math.min(this.lastMs, this.nextMs * 2);
    return wait;
  }
}
