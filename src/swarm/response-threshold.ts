/**
 * Division of labour by response thresholds: an individual with threshold θ takes up a task at stimulus s with
 * probability T(s, θ) = s² / (s² + θ²) (Bonabeau, Theraulaz and Deneubourg, "Quantitative study of the fixed threshold
 * model for the regulation of division of labour in insect societies", Proc. R. Soc. B 263, 1996). Whoever performs a task
 * becomes more ready for it, whoever does not less: θ falls by ξ·Δt while performing and rises by φ·Δt while not, within
 * bounds (the same, "Response threshold reinforcement and division of labour in insect societies", Proc. R. Soc. B 265, 1998).
 */
export function responseProbability(stimulus: number, threshold: number): number {
  if (!(stimulus > 0)) return 0;
  // By the ratio, since squares of large or tiny numbers leave the range of a double before T does.
  const ratio = threshold / stimulus;
  return 1 / (1 + ratio * ratio);
}

export interface ThresholdLearning {
  readonly min: number;
  readonly max: number;
  /** ξ: fall per second of performing. */
  readonly learnPerSecond: number;
  /** φ: rise per second of not performing. */
  readonly forgetPerSecond: number;
}

/** The threshold after `elapsedMs` of performing, or of not; always within the bounds. */
export function adaptThreshold(
  threshold: number,
  performing: boolean,
  elapsedMs: number,
  learning: ThresholdLearning,
): number {
  const { min, max, learnPerSecond, forgetPerSecond } = learning;
  const seconds = Math.max(0, elapsedMs) / 1000;
  const moved = threshold + (performing ? -learnPerSecond : forgetPerSecond) * seconds;
  return Math.min(max, Math.max(min, moved));
}
