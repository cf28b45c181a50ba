import type { Descent } from "./cma-descent.ts";
import type { State } from "./state.ts";

/**
 * A penalty for places outside the cube, which are measured at the nearest place inside: quadratic in the distance, its weights
 * learned from the spread of the values (Hansen, Niederberger, Guzzella and Koumoutsakos, "A method for handling
 * uncertainty in evolutionary optimization", IEEE TEC 13, 2009, section IV-B).
 */
export class CmaBounds {
  readonly state: State & {
    /** Number of the spreads that are remembered. */
    known: number;
    readonly spreads: Float64Array;
    /** 0 until the mean has left the cube for the first time. */
    readonly weights: Float64Array;
  };
  private readonly size: number;

  constructor(size: number, lambda: number) {
    this.size = size;
    const remembered = Math.ceil(20 + (3 * size) / lambda);
    this.state = { known: 0, spreads: new Float64Array(remembered), weights: new Float64Array(size) };
  }

  /** Gives what each row is ranked by; `values` themselves where no weight was ever set. */
  penalised(descent: Descent, rows: readonly Float64Array[], values: Float64Array): Float64Array {
    this.learn(descent, values);
    const { weights } = this.state;
    if (weights[0] === 0) return values;
    const { covariance } = descent.state;
    const { size } = this;
    let mean = 0;
    for (let i = 0; i < size; i++) mean += Math.log(covariance[i * (size + 1)] as number) / size;
    return values.map((value, at) => {
      const row = rows[at] as Float64Array;
      let penalty = 0;
      for (let i = 0; i < size; i++) {
        const far = beyond(row[i] as number);
        if (far === 0) continue;
        const scale = Math.exp(0.9 * (Math.log(covariance[i * (size + 1)] as number) - mean));
        penalty += ((weights[i] as number) * far * far) / scale;
      }
      return value + penalty / size;
    });
  }

  private learn(descent: Descent, values: Float64Array): void {
    const { state, size } = this;
    const spread = interquartile(values);
    if (spread > 0 && spread < Infinity) state.spreads[state.known++ % state.spreads.length] = spread;
    const { mean, sigma, covariance } = descent.state;
    let [left, trace] = [false, 0];
    for (let i = 0; i < size; i++) {
      if (beyond(mean[i] as number) > 0) left = true;
      trace += (covariance[i * (size + 1)] as number) / size;
    }
    if (!left || state.known === 0) return;
    if (state.weights[0] === 0) {
      const seen = state.spreads.slice(0, Math.min(state.known, state.spreads.length)).sort();
      state.weights.fill((2 * (seen[seen.length >> 1] ?? 1)) / (sigma * sigma * trace));
    }
    const { muEff } = descent.parameters;
    const growth = 1.1 ** Math.min(1, muEff / (10 * size));
    for (let i = 0; i < size; i++) {
      const allowed =
        3 * sigma * Math.sqrt(covariance[i * (size + 1)] as number) * Math.max(1, Math.sqrt(size) / muEff);
      if (beyond(mean[i] as number) > allowed) state.weights[i] = (state.weights[i] as number) * growth;
    }
  }
}

const beyond = (place: number): number => (place < 0 ? -place : place > 1 ? place - 1 : 0);

function interquartile(values: Float64Array): number {
  const sorted = values.slice().sort();
  const last = sorted.length - 1;
  return (sorted[Math.round(0.75 * last)] as number) - (sorted[Math.round(0.25 * last)] as number);
}
