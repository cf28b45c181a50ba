/** A ratio of two arms, round by round: geometric mean and its 95 % interval. */
export interface Ratio {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

/** Student's t, 97.5 % quantile, by degrees of freedom 1 to 30 (NIST/SEMATECH e-Handbook, 1.3.6.7.2); beyond, near enough. */
const T975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const T975_BEYOND = 2.03;

/**
 * Paired: what both arms of a round share, cancels. On logarithms, so that twice and half are equally far from the same, and a
 * single stall does not decide. NaN where nothing can be paired.
 */
export function pairedRatio(of: readonly number[], to: readonly number[]): Ratio {
  const logs = of.flatMap((value, i) => {
    const ratio = Math.log(value / (to[i] ?? Number.NaN));
    return Number.isFinite(ratio) ? [ratio] : [];
  });
  const n = logs.length;
  const mean = logs.reduce((sum, log) => sum + log, 0) / n;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1);
  const half = n < 2 ? Number.NaN : (T975[n - 2] ?? T975_BEYOND) * Math.sqrt(variance / n);
  return { mean: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half), rounds: n };
}

/** "0.21 (95 %: 0.19 to 0.23)" */
export function ratioWords({ mean, low, high }: Ratio, digits = 2): string {
  const interval = Number.isNaN(low) ? "one round" : `95 %: ${low.toFixed(digits)} to ${high.toFixed(digits)}`;
  return `${mean.toFixed(digits)} (${interval})`;
}
