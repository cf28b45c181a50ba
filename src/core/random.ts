/** A uniform number in [0, 1). */
export type Random = () => number;

/** What a stream goes on from: three words, a counter, and the normal number that is still in hand (null for none). */
export type RandomState = readonly [a: number, b: number, c: number, counter: number, spare: number | null];

/**
 * Seedable generator "sfc32" (Chris Doty-Humphrey, PractRand): fast, passes PractRand, 128 bits of
 * state, which can be saved. Not for secrets.
 */
export class RandomStream {
  private a = 0x9e3779b9 | 0;
  private b = 0x243f6a88 | 0;
  private c: number;
  private counter = 1;
  private spare: number | null = null;

  constructor(seed: number) {
    this.c = seed | 0;
    for (let i = 0; i < 15; i++) this.next();
  }

  static restored(state: RandomState): RandomStream {
    const stream = new RandomStream(0);
    stream.resume(state);
    return stream;
  }

  /** Goes on as the stream that had this state. */
  resume([a, b, c, counter, spare]: RandomState): void {
    [this.a, this.b, this.c, this.counter, this.spare] = [a | 0, b | 0, c | 0, counter | 0, spare];
  }

  state(): RandomState {
    return [this.a, this.b, this.c, this.counter, this.spare];
  }

  /** Uniform in [0, 1). */
  next(): number {
    const { b, c, counter } = this;
    const sum = (((this.a + b) | 0) + counter) | 0;
    this.counter = (counter + 1) | 0;
    this.a = b ^ (b >>> 9);
    this.b = (c + (c << 3)) | 0;
    this.c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Standard normal, two at a time by Marsaglia's polar method ("A convenient method for generating normal variables", 1964). */
  normal(): number {
    if (this.spare !== null) {
      const spare = this.spare;
      this.spare = null;
      return spare;
    }
    for (;;) {
      const u = 2 * this.next() - 1;
      const v = 2 * this.next() - 1;
      const square = u * u + v * v;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = v * scale;
      return u * scale;
    }
  }
}

export function seededRandom(seed: number): Random {
  const stream = new RandomStream(seed);
  return () => stream.next();
}
