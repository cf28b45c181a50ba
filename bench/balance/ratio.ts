import { type Interval, medianInterval } from "../senses/interval.ts";

/** A ratio of two arms, round by round: its median, and an interval that holds the true one with at least 95 %. */
export interface Ratio extends Interval {
  readonly rounds: number;
}

/**
 * Paired: what both arms of a round share, cancels. The median and its interval by order statistics, because a stall of the host
 * in a single round moves a mean as far as it likes. NaN where nothing can be paired.
 */
export function pairedRatio(of: readonly number[], to: readonly number[]): Ratio {
  const ratios = of.flatMap((value, round) => {
    const ratio = value / (to[round] ?? Number.NaN);
    return Number.isFinite(ratio) && ratio > 0 ? [ratio] : [];
  });
  if (ratios.length === 0) return { median: Number.NaN, low: Number.NaN, high: Number.NaN, level: 0, rounds: 0 };
  return { ...medianInterval(ratios), rounds: ratios.length };
}

/** "0.21 (97 %: 0.19 to 0.23)" */
export function ratioWords({ median, low, high, level, rounds }: Ratio, digits = 2): string {
  if (rounds < 2) return `${median.toFixed(digits)} (one round)`;
  return `${median.toFixed(digits)} (${Math.floor(level * 100)} %: ${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}
