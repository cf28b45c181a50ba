/** What was so long ago counts a third: readings come every second, or more rarely where little happens. */
const MEMORY_MS = 10_000;

/** Exponentially weighted mean and variance of a load (West 1979), and since when it has been steady. */
export class SteadyLoad {
  mean = 0;
  private variance = 0;
  private sinceMs: number | undefined;
  private readings = 0;
  private addedMs: number | undefined;
  private readonly least: number;
  private readonly mostVariation: number;

  /** Steady: at least so high, and deviating from its mean by at most so much of it. */
  constructor(least: number, mostVariation: number) {
    this.least = least;
    this.mostVariation = mostVariation;
  }

  add(value: number, nowMs: number): void {
    const newest = 1 - Math.exp(-(nowMs - (this.addedMs ?? nowMs)) / MEMORY_MS);
    this.addedMs = nowMs;
    const weight = Math.max(newest, 1 / (this.readings + 1));
    const off = value - this.mean;
    this.mean += weight * off;
    this.variance = (1 - weight) * (this.variance + weight * off * off);
    this.readings++;
    if (this.mean >= this.least && this.variation <= this.mostVariation) this.sinceMs ??= nowMs;
    else this.sinceMs = undefined;
  }

  /** Standard deviation over mean. */
  get variation(): number {
    return this.mean > 0 ? Math.sqrt(this.variance) / this.mean : 0;
  }

  steadyForMs(nowMs: number): number {
    return this.sinceMs === undefined ? 0 : nowMs - this.sinceMs;
  }
}
