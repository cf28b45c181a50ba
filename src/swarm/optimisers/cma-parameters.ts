/** Constants of one descent; names as in Hansen, "The CMA evolution strategy: a tutorial", arXiv:1604.00772 (2016), table 1. */
export interface CmaParameters {
  readonly lambda: number;
  readonly mu: number;
  /** For the best to the worst; the second half is negative. */
  readonly weights: Float64Array;
  readonly sumOfWeights: number;
  readonly muEff: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
  readonly c1: number;
  readonly cMu: number;
  /** Expected length of a standard normal vector. */
  readonly chi: number;
  /** Generations between two looks at the eigenvectors. */
  readonly lazy: number;
}

export const defaultLambda = (size: number): number => 4 + Math.floor(3 * Math.log(size));

export function cmaParameters(size: number, lambda: number): CmaParameters {
  const mu = Math.floor(lambda / 2);
  const raw = new Float64Array(lambda).map((_, i) => Math.log((lambda + 1) / 2) - Math.log(i + 1));
  const muEff = effective(raw.subarray(0, mu));
  const c1 = 2 / ((size + 1.3) ** 2 + muEff);
  const cMu = Math.min(1 - c1, (2 * (0.25 + muEff + 1 / muEff - 2)) / ((size + 2) ** 2 + muEff));
  const cSigma = (muEff + 2) / (size + muEff + 5);
  const weights = scaled(raw, mu, {
    perUpdate: 1 + c1 / cMu,
    perMass: 1 + (2 * effective(raw.subarray(mu))) / (muEff + 2),
    forDefiniteness: (1 - c1 - cMu) / (size * cMu),
  });
  return {
    lambda,
    mu,
    weights,
    sumOfWeights: weights.reduce((sum, weight) => sum + weight, 0),
    muEff,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (size + 1)) - 1) + cSigma,
    cC: (4 + muEff / size) / (size + 4 + (2 * muEff) / size),
    c1,
    cMu,
    chi: Math.sqrt(size) * (1 - 1 / (4 * size) + 1 / (21 * size * size)),
    lazy: 0.5 / (size * (c1 + cMu)),
  };
}

function effective(weights: Float64Array): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return (sum * sum) / weights.reduce((total, weight) => total + weight * weight, 0);
}

interface NegativeMass {
  readonly perUpdate: number;
  readonly perMass: number;
  readonly forDefiniteness: number;
}

/** Positive weights sum to 1, negative ones to what keeps the matrix positive definite. */
function scaled(raw: Float64Array, mu: number, limits: NegativeMass): Float64Array {
  const positive = raw.subarray(0, mu).reduce((sum, weight) => sum + weight, 0);
  const negative = -raw.subarray(mu).reduce((sum, weight) => sum + Math.min(0, weight), 0);
  const mass = Math.min(limits.perUpdate, limits.perMass, limits.forDefiniteness);
  return raw.map((weight) => (weight >= 0 ? weight / positive : (weight * mass) / negative));
}
