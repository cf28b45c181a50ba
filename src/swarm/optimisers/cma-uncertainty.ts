import type { State } from "./state.ts";

export const UNCERTAINTY = {
  /** Hansen et al. 2009, table I: theta, alpha_t; repeats grow and shrink by these. */
  theta: 0.2,
  grow: 1.5,
  mostRepeats: 10,
} as const;

/**
 * Handling of uncertainty: some of each generation are measured again, and where that changes their ranks by more than chance
 * of selection allows, every one is measured more often, and when that is at its limit, steps are made longer (UH-CMA-ES; Hansen,
 * Niederberger, Guzzella and Koumoutsakos, "A method for handling uncertainty in evolutionary optimization", IEEE TEC 13, 2009).
 */
export class CmaUncertainty {
  readonly state: State & { repeats: number } = { repeats: 1 };
  private readonly lengthen: number;
  private readonly most: number;

  constructor(size: number, most: number = UNCERTAINTY.mostRepeats) {
    this.lengthen = 1 + 2 / (size + 10);
    this.most = most;
  }

  /** How many of a generation are measured again. */
  again(lambda: number): number {
    return Math.min(lambda, Math.max(2, Math.round(lambda / 10)));
  }

  /** Gives the factor for sigma. `first`: all values; `second`: of those measured again, the first `again` of them. */
  adapt(first: Float64Array, second: Float64Array): number {
    const { state } = this;
    if (rankChange(first, second) <= 0) {
      state.repeats = Math.max(1, state.repeats * UNCERTAINTY.grow ** -0.25);
      return 1;
    }
    if (state.repeats >= this.most) return this.lengthen;
    state.repeats = Math.min(this.most, state.repeats * UNCERTAINTY.grow);
    return 1;
  }
}

/** Above zero: ranks change by more than they may. */
function rankChange(first: Float64Array, second: Float64Array): number {
  const all = [...first, ...first.map((value, at) => second[at] ?? value)];
  const rank = (value: number): number => all.reduce((below, other) => below + (other < value ? 1 : 0), 1);
  let sum = 0;
  for (let at = 0; at < second.length; at++) {
    const [before, after] = [first[at] as number, second[at] as number];
    const [old, fresh] = [rank(before), rank(after)];
    const change = Math.max(0, Math.abs(fresh - old) - 1);
    const places = all.length - 1;
    sum +=
      2 * change - allowed(fresh - (after > before ? 1 : 0), places) - allowed(old - (before > after ? 1 : 0), places);
  }
  return sum / second.length;
}

/** The change of rank that chance allows at that rank: a percentile of all changes there could be. */
function allowed(rank: number, places: number): number {
  const changes = Float64Array.from({ length: places }, (_, other) => Math.abs(other + 1 - rank)).sort();
  return changes[Math.min(places - 1, Math.floor((UNCERTAINTY.theta / 2) * places))] as number;
}
