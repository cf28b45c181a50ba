import { spreadOf } from "../../src/lab/spread.ts";

export interface Interval {
  readonly median: number;
  /** Holds the true median with at least the chance `level`. */
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

const LEVEL = 0.95;

/**
 * Interval of the median by order statistics (the sign test turned round: Conover, Practical Nonparametric Statistics, 3.2): no
 * assumption about the distribution, which has long tails here. Fewer than six values cannot give 95 %: then it is
 * their whole range, at the level that it has.
 */
export function medianInterval(values: readonly number[]): Interval {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  let outside = 0;
  let tail = 0.5 ** n;
  let below = tail;
  // The largest number of values that can be left out at each end.
  while (2 * (below + (tail * (n - outside)) / (outside + 1)) <= 1 - LEVEL && outside + 1 < n / 2) {
    tail *= (n - outside) / (outside + 1);
    outside++;
    below += tail;
  }
  const level = Math.max(0, 1 - 2 * below);
  return { median: spreadOf(values).median, low: sorted[outside] ?? 0, high: sorted[n - 1 - outside] ?? 0, level };
}

/** "+1.2 ns (95 % interval -0.3 to +2.7)" */
export function says(interval: Interval, unit: string, digits = 2): string {
  const signed = (value: number): string => `${value >= 0 ? "+" : ""}${value.toFixed(digits)}`;
  const level = Math.floor(interval.level * 100);
  return `${signed(interval.median)} ${unit} (${level} % interval ${signed(interval.low)} to ${signed(interval.high)})`;
}

/** Round by round. */
export function differences(of: readonly number[], from: readonly number[]): number[] {
  return of.map((value, round) => value - (from[round] ?? Number.NaN));
}
