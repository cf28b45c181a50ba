import type { RandomStream } from "../../core/random.ts";
import { type CmaParameters, cmaParameters } from "./cma-parameters.ts";
import { Eigenbasis } from "./eigenbasis.ts";
import type { State } from "./state.ts";

/**
 * One descent of the covariance matrix adaptation evolution strategy with active update: a normal distribution whose mean
 * follows the better half of what it brought forth, its shape the directions that were better (and away from those that were
 * worse), its size the length of the path (Hansen, "The CMA evolution strategy: a tutorial", arXiv:1604.00772; Jastrebski and Arnold 2006).
 * In the unit cube, but knows of no bounds.
 */
export class Descent {
  readonly size: number;
  readonly parameters: CmaParameters;
  readonly basis: Eigenbasis;
  readonly state: State & {
    sigma: number;
    generation: number;
    /** Generation at which the eigenvectors were last looked at. */
    looked: number;
    /** 0 where the matrix has lost its definiteness: the descent has ended. */
    sound: number;
    readonly mean: Float64Array;
    readonly covariance: Float64Array;
    readonly pathC: Float64Array;
    readonly pathSigma: Float64Array;
    readonly vectors: Float64Array;
    readonly lengths: Float64Array;
  };
  private readonly step: Float64Array;
  private readonly inBasis: Float64Array;

  constructor(size: number, lambda: number, mean: Float64Array, sigma: number) {
    this.size = size;
    this.parameters = cmaParameters(size, lambda);
    const [vectors, lengths] = [new Float64Array(size * size), new Float64Array(size)];
    this.basis = new Eigenbasis(size, vectors, lengths);
    this.state = {
      sigma,
      generation: 0,
      looked: 0,
      sound: 1,
      mean: mean.slice(0, size),
      covariance: vectors.slice(),
      pathC: new Float64Array(size),
      pathSigma: new Float64Array(size),
      vectors,
      lengths,
    };
    this.step = new Float64Array(size);
    this.inBasis = new Float64Array(size);
  }

  /** Fills the first `size` of `row` with a place, and the next with the square of its Mahalanobis distance. */
  sample(row: Float64Array, random: RandomStream): void {
    const { size } = this;
    const { mean, sigma, vectors, lengths } = this.state;
    let squares = 0;
    for (let i = 0; i < size; i++) row[i] = mean[i] as number;
    for (let k = 0; k < size; k++) {
      const drawn = random.normal();
      squares += drawn * drawn;
      const reach = sigma * (lengths[k] as number) * drawn;
      for (let i = 0, at = k * size; i < size; i++, at++) row[i] = (row[i] as number) + reach * (vectors[at] as number);
    }
    row[size] = squares;
  }

  /** One generation: `rows` as they were sampled, best first. */
  update(rows: readonly Float64Array[]): void {
    this.moveMean(rows);
    const calm = this.followPaths();
    this.adaptShape(rows, calm);
    this.adaptSize();
    const { state, parameters } = this;
    state.generation++;
    if (state.generation - state.looked < parameters.lazy) return;
    state.looked = state.generation;
    state.sound = Number.isFinite(state.sigma) && this.basis.follow(state.covariance) ? 1 : 0;
  }

  /** Leaves the old mean in `inBasis`' stead untouched: step = (new mean - old mean) / sigma. */
  private moveMean(rows: readonly Float64Array[]): void {
    const { size, step, parameters } = this;
    const { mean, sigma } = this.state;
    for (let i = 0; i < size; i++) {
      let next = 0;
      for (let k = 0; k < parameters.mu; k++)
        next += (parameters.weights[k] as number) * (rows[k]?.[i] ?? (mean[i] as number));
      step[i] = (next - (mean[i] as number)) / sigma;
    }
  }

  /** Whether the size does not grow fast: then the shape may follow its path. */
  private followPaths(): boolean {
    const { size, step, inBasis } = this;
    const { muEff, cSigma, cC, chi } = this.parameters;
    const { pathC, pathSigma, vectors, lengths, generation } = this.state;
    const keepSigma = 1 - cSigma;
    const gainSigma = Math.sqrt(cSigma * (2 - cSigma) * muEff);
    for (let k = 0; k < size; k++) {
      let along = 0;
      for (let i = 0; i < size; i++) along += (vectors[k * size + i] as number) * (step[i] as number);
      inBasis[k] = along / (lengths[k] as number);
    }
    for (let i = 0; i < size; i++) pathSigma[i] = keepSigma * (pathSigma[i] as number);
    for (let k = 0; k < size; k++) {
      const gain = gainSigma * (inBasis[k] as number);
      for (let i = 0; i < size; i++) pathSigma[i] = (pathSigma[i] as number) + gain * (vectors[k * size + i] as number);
    }
    const expected = Math.sqrt(1 - keepSigma ** (2 * (generation + 1))) * chi;
    const calm = lengthOf(pathSigma) / expected < 1.4 + 2 / (size + 1);
    const gainC = calm ? Math.sqrt(cC * (2 - cC) * muEff) : 0;
    for (let i = 0; i < size; i++) pathC[i] = (1 - cC) * (pathC[i] as number) + gainC * (step[i] as number);
    return calm;
  }

  private adaptShape(rows: readonly Float64Array[], calm: boolean): void {
    const { size, inBasis } = this;
    const { weights, sumOfWeights, c1, cMu, cC } = this.parameters;
    const { covariance, mean, pathC, sigma } = this.state;
    const keep = 1 - c1 - cMu * sumOfWeights + (calm ? 0 : c1 * cC * (2 - cC));
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++)
        covariance[i * size + j] =
          keep * (covariance[i * size + j] as number) + c1 * (pathC[i] as number) * (pathC[j] as number);
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as Float64Array;
      const weight = weights[k] as number;
      // A negative weight works along the direction alone, whatever the length.
      const factor = cMu * (weight < 0 ? (weight * size) / Math.max(1e-12, row[size] as number) : weight);
      for (let i = 0; i < size; i++) inBasis[i] = ((row[i] as number) - (mean[i] as number)) / sigma;
      for (let i = 0; i < size; i++) {
        const scaled = factor * (inBasis[i] as number);
        for (let j = 0, at = i * size; j <= i; j++, at++)
          covariance[at] = (covariance[at] as number) + scaled * (inBasis[j] as number);
      }
    }
    for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + sigma * (this.step[i] as number);
  }

  private adaptSize(): void {
    const { cSigma, dSigma, chi } = this.parameters;
    const growth = (cSigma / dSigma) * (lengthOf(this.state.pathSigma) / chi - 1);
    this.state.sigma *= Math.exp(Math.min(1, growth));
  }
}

export function lengthOf(vector: Float64Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}
