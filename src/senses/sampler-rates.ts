/** Growth of a counter per millisecond since the previous sample. */
export class Rate {
  private last: number | undefined;
  private lastMs = 0;

  /** Undefined at the first sample and where the counter went back: whatever it counts was made anew. */
  sample(value: number, monoMs: number): number | undefined {
    const { last, lastMs } = this;
    this.last = value;
    this.lastMs = monoMs;
    if (last === undefined || value < last || monoMs <= lastMs) return undefined;
    return (value - last) / (monoMs - lastMs);
  }
}

/** Rates by name, made when first asked for: a counter that changes its source never mixes with the old one. */
export class Rates {
  private readonly rates = new Map<string, Rate>();

  sample(name: string, value: number | undefined, monoMs: number): number | undefined {
    if (value === undefined) return undefined;
    let rate = this.rates.get(name);
    if (rate === undefined) this.rates.set(name, (rate = new Rate()));
    return rate.sample(value, monoMs);
  }

  clear(): void {
    this.rates.clear();
  }
}
