import type { RandomStream } from "../../core/random.ts";
import type { State } from "./state.ts";

export const RESTARTS = { bipop: 2, ipop: 1, none: 0 } as const;

/** How the next descent begins. */
export interface Beginning {
  readonly lambda: number;
  readonly sigma: number;
  /** Measurements after which it ends at the latest. */
  readonly budget: number;
}

/**
 * When a descent has ended, another begins elsewhere: with twice the population (IPOP; Auger and Hansen, CEC 2005), or in turns so and
 * with a small population and a small step, both given the same number of measurements (BIPOP; Hansen, GECCO companion 2009).
 */
export class CmaRestarts {
  readonly state: State & {
    doublings: number;
    /** Measurements that each of the two kinds has had. */
    large: number;
    small: number;
    /** Of the last large one. */
    lastLarge: number;
    isSmall: number;
  };
  private readonly kind: number;
  private readonly lambda: number;
  private readonly sigma: number;

  constructor(kind: number, lambda: number, sigma: number) {
    this.kind = kind;
    this.lambda = lambda;
    this.sigma = sigma;
    this.state = { doublings: 0, large: 0, small: 0, lastLarge: 0, isSmall: 0 };
  }

  first(): Beginning {
    return { lambda: this.lambda, sigma: this.sigma, budget: Infinity };
  }

  /** After a descent of so many measurements. */
  next(measured: number, random: RandomStream): Beginning {
    const { state } = this;
    // The first descent counts for neither.
    if (state.isSmall === 1) state.small += measured;
    else {
      if (state.doublings > 0) state.large += measured;
      state.lastLarge = measured;
    }
    state.isSmall = this.kind === RESTARTS.bipop && state.doublings > 0 && state.small < state.large ? 1 : 0;
    if (state.isSmall === 1) {
      const largest = 2 ** state.doublings;
      const share = random.next() ** 2;
      return {
        lambda: Math.floor(this.lambda * (largest / 2) ** share),
        sigma: this.sigma * 10 ** (-2 * random.next()),
        budget: state.lastLarge / 2,
      };
    }
    if (this.kind !== RESTARTS.none) state.doublings = Math.min(MOST_DOUBLINGS, state.doublings + 1);
    return { lambda: this.lambda * 2 ** state.doublings, sigma: this.sigma, budget: Infinity };
  }
}

const MOST_DOUBLINGS = 9;
