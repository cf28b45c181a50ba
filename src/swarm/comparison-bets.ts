/**
 * Bets of one side that the differences lie above (or below) a supposed middle, each placed before its difference is
 * known. Where the supposition is true nobody can expect to win, so that a fortune of 1/α is come by with a chance of
 * at most α however often one looks (Ville's inequality; Waudby-Smith and Ramdas, "Estimating means of bounded random
 * variables by betting", JRSS B 86, 2024; Howard et al., "Time-uniform, nonparametric, nonasymptotic confidence
 * sequences", Annals of Statistics 49, 2021). The payoff is Huber's score (Annals of Mathematical Statistics 35, 1964)
 * at a scale taken from earlier differences alone: a sign where they agree, a clipped mean where they scatter; one
 * wild value costs no more than a sign. It asks that a difference is as likely to lie above the middle as below by as
 * much, which the random order of a block makes true of one without effect.
 */
export class Bets {
  private readonly differences: number[] = [];
  private readonly scales: number[] = [];

  get values(): readonly number[] {
    return this.differences;
  }

  add(difference: number): void {
    this.scales.push(scatterOf(this.differences));
    this.differences.push(difference);
  }

  /** What 1 has become of who bet on "above" (1) or "below" (-1) the supposed middle. Monotone in the middle. */
  fortune(middle: number, side: 1 | -1): number {
    let sum = 0;
    for (const { part, share } of STAKES) {
      let purse = share;
      for (let at = 0; at < this.differences.length; at++) {
        purse *= 1 + part * side * score((this.differences[at] ?? 0) - middle, this.scales[at] ?? 0);
      }
      sum += purse;
    }
    return sum;
  }

  /** The lowest and the highest middle that nobody has grown rich against, each with half of `alpha`. */
  interval(alpha: number): readonly [low: number, high: number] {
    return [this.edge(2 / alpha, 1), this.edge(2 / alpha, -1)];
  }

  /** Bisects for the middle at which a side's fortune passes the limit; infinite where even the farthest is not refuted. */
  private edge(limit: number, side: 1 | -1): number {
    const { differences, scales } = this;
    const ends = differences.map((difference) => side * difference);
    const far = 1 + HUBER * Math.max(0, ...scales);
    let inside = side * Math.max(...ends);
    let outside = side * (Math.min(...ends) - far);
    if (this.fortune(outside, side) < limit) return -side * Number.POSITIVE_INFINITY;
    for (let step = 0; step < BISECTIONS; step++) {
      const half = (inside + outside) / 2;
      if (this.fortune(half, side) < limit) inside = half;
      else outside = half;
    }
    return outside;
  }
}

/** Parts of the fortune staked each time, and the share of the beginning fortune that each is given: large parts end soon where all agree, small ones find what is slight. */
const STAKES = [
  { part: 0.95, share: 0.3 },
  { part: 0.75, share: 0.2 },
  { part: 0.5, share: 0.2 },
  { part: 0.25, share: 0.2 },
  { part: 0.1, share: 0.1 },
] as const;

const BISECTIONS = 40;
/** Median absolute deviations in one standard deviation of a normal distribution. */
const NORMAL = 1.4826;
/** Earlier differences from which on their scatter means something. */
const FEW = 3;

function score(distance: number, scale: number): number {
  if (distance === 0) return 0;
  return scale > 0 ? Math.max(-1, Math.min(1, distance / (HUBER * scale))) : Math.sign(distance);
}

/** Standard deviations at which Huber's score is clipped. */
const HUBER = 1.345;

function scatterOf(values: readonly number[]): number {
  if (values.length < FEW) return 0;
  const middle = medianOf(values);
  return NORMAL * medianOf(values.map((value) => Math.abs(value - middle)));
}

/** NaN for none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}
