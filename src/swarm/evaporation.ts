/**
 * Exponential evaporation, computed when somebody looks: an amount left alone for `t` milliseconds is
 * amount × 2^(-t/halfLife). It composes (a then b is a + b), so that nothing has to tick. The pheromone trails of
 * ant systems evaporate by a constant factor a step (Dorigo and Stützle, "Ant Colony Optimization", 2004,
 * section 3.3); this is the same in continuous time.
 */
export function decayRate(halfLifeMs: number): number {
  if (!(halfLifeMs > 0 && halfLifeMs < Infinity)) throw new RangeError(`half-life of ${halfLifeMs} ms`);
  return Math.LN2 / halfLifeMs;
}

/** What is left of `amount` after `elapsedMs`; `rate` as given by `decayRate`. */
export function remaining(amount: number, elapsedMs: number, rate: number): number {
  // Most looks follow within the same turn of the clock, and Math.exp is what a deposit costs most.
  return elapsedMs === 0 ? amount : amount * Math.exp(-elapsedMs * rate);
}
