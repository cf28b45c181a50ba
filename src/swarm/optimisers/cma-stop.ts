import type { Descent } from "./cma-descent.ts";
import type { State } from "./state.ts";

export const CMA_STOP = {
  /** Range of the values, of the recent bests and of the last generation. */
  tolFun: 1e-12,
  /** Of the first sigma: every step is shorter. */
  tolX: 1e-12,
  condition: 1e14,
  /** Generations that stagnation is looked for in, at most. */
  history: 2000,
} as const;

/**
 * When a descent has nothing more to find: the criteria of BIPOP-CMA-ES (Hansen, "Benchmarking a BI-population CMA-ES on the BBOB-2009
 * function testbed", GECCO companion 2009, section 3).
 */
export class CmaStop {
  readonly state: State & {
    generations: number;
    /** Of the last so many generations, at generation modulo length. */
    readonly bests: Float64Array;
    readonly medians: Float64Array;
    /** 1 where best and a later one were equal, of the last generations. */
    readonly flat: Float64Array;
  };
  private readonly lambda: number;
  private readonly size: number;
  private readonly firstSigma: number;
  private readonly short: number;

  constructor(size: number, lambda: number, firstSigma: number) {
    this.size = size;
    this.lambda = lambda;
    this.firstSigma = firstSigma;
    this.short = 10 + Math.ceil((30 * size) / lambda);
    this.state = {
      generations: 0,
      bests: new Float64Array(CMA_STOP.history),
      medians: new Float64Array(CMA_STOP.history),
      flat: new Float64Array(Math.max(3, size)),
    };
  }

  /** `sorted`: the values of the generation that the descent has just made, best first. */
  isOver(descent: Descent, sorted: Float64Array): boolean {
    const { state, size, lambda } = this;
    const best = sorted[0] as number;
    const at = state.generations % CMA_STOP.history;
    state.bests[at] = best;
    state.medians[at] = sorted[lambda >> 1] as number;
    state.flat[state.generations % state.flat.length] = best === sorted[Math.ceil(0.1 + lambda / 4)] ? 1 : 0;
    state.generations++;
    if (descent.state.sound === 0 || this.isFlat(sorted) || this.isTooSmall(descent)) return true;
    if (state.generations > 100 + (50 * (size + 3) ** 2) / Math.sqrt(lambda)) return true;
    // Medians cost a sort: it is enough to look now and then.
    return state.generations % 25 === 0 && this.isStagnant();
  }

  private isFlat(sorted: Float64Array): boolean {
    const { state, short } = this;
    if (state.generations >= state.flat.length) {
      let equal = 0;
      for (const one of state.flat) equal += one;
      if (equal > state.flat.length / 3) return true;
    }
    if (state.generations < short) return false;
    let [least, most] = [sorted[0] as number, sorted[sorted.length - 1] as number];
    for (let back = 1; back <= short; back++) {
      const best = state.bests[(state.generations - back) % CMA_STOP.history] as number;
      least = Math.min(least, best);
      most = Math.max(most, best);
    }
    return most - least < CMA_STOP.tolFun;
  }

  private isTooSmall(descent: Descent): boolean {
    const { size } = this;
    const { sigma, covariance, pathC, lengths, mean, generation, vectors } = descent.state;
    let [small, least, most] = [true, Infinity, 0];
    for (let i = 0; i < size; i++) {
      const deviation = Math.sqrt(covariance[i * (size + 1)] as number);
      if (sigma * Math.max(Math.abs(pathC[i] as number), deviation) > CMA_STOP.tolX * this.firstSigma) small = false;
      // Steps that no longer change a coordinate.
      if ((mean[i] as number) + 0.2 * sigma * deviation === mean[i]) return true;
      least = Math.min(least, lengths[i] as number);
      most = Math.max(most, lengths[i] as number);
    }
    if (small || (most / least) ** 2 > CMA_STOP.condition || sigma * most > 1e4) return true;
    const axis = generation % size;
    const reach = 0.1 * sigma * (lengths[axis] as number);
    for (let i = 0; i < size; i++)
      if ((mean[i] as number) + reach * (vectors[axis * size + i] as number) !== mean[i]) return false;
    return true;
  }

  /** Neither the best nor the median of the last third are better than those of the first, of a fifth of all generations and some. */
  private isStagnant(): boolean {
    const { state, size, lambda } = this;
    const window = Math.ceil(0.2 * state.generations + 120 + (30 * size) / lambda);
    const span = Math.min(CMA_STOP.history, window);
    if (state.generations < span) return false;
    const third = Math.floor(0.3 * span);
    return [state.bests, state.medians].every((history) => {
      const recent = this.median(history, 1, third);
      return recent >= this.median(history, span - third + 1, third);
    });
  }

  /** Of `count` generations, the last of them so many back. */
  private median(history: Float64Array, back: number, count: number): number {
    const values = new Float64Array(count).map(
      (_, i) => history[(this.state.generations - back - i) % CMA_STOP.history] as number,
    );
    return values.sort()[count >> 1] as number;
  }
}
