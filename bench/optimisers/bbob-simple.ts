import { optimum, rotation } from "./bbob-instance.ts";
import { ladder, oscillate, oscillated, outside, product, share, skew, stretch, turn } from "./bbob-shapes.ts";

/** Value above the optimum's, of a point. */
export type Evaluate = (x: readonly number[] | Float64Array) => number;

/** A function of the definition, for an instance by its seed. */
export type Build = (seed: number, size: number) => Evaluate;

type Transform = (x: readonly number[] | Float64Array) => Float64Array;

/** Of the second rotation; the first has the instance's own seed. */
export const SECOND = 1_000_000;

/** Gives x - optimum in an array that is used again. */
export function shifted(seed: number, size: number, scale = 1): Transform {
  const best = optimum(seed, size).map((value) => value * scale);
  const z = new Float64Array(size);
  return (x) => {
    for (let i = 0; i < size; i++) z[i] = (x[i] as number) - (best[i] as number);
    return z;
  };
}

/** As `shifted`, and then turned by R, and by what follows. */
export function turned(seed: number, size: number, seedOfOptimum = seed): Transform {
  const shift = shifted(seedOfOptimum, size);
  const matrix = rotation(seed + SECOND, size);
  const z = new Float64Array(size);
  return (x) => {
    turn(matrix, shift(x), z);
    return z;
  };
}

function weighted(weights: Float64Array, z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < z.length; i++) sum += (weights[i] as number) * (z[i] as number) ** 2;
  return sum;
}

/** Rastrigin's of z. */
export function rippled(z: Float64Array): number {
  let [cosines, squares] = [0, 0];
  for (let i = 0; i < z.length; i++) {
    cosines += Math.cos(2 * Math.PI * (z[i] as number));
    squares += (z[i] as number) ** 2;
  }
  return 10 * (z.length - cosines) + squares;
}

function rosenbrock(z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < z.length; i++) {
    const [here, next] = [z[i] as number, z[i + 1] as number];
    sum += 100 * (here * here - next) ** 2 + (here - 1) ** 2;
  }
  return sum;
}

export const sphere: Build = (seed, size) => {
  const shift = shifted(seed, size);
  const ones = new Float64Array(size).fill(1);
  return (x) => weighted(ones, shift(x));
};

export const ellipsoid: Build = (seed, size) => {
  const [shift, weights] = [shifted(seed, size), ladder(1e6, size)];
  return (x) => {
    const z = shift(x);
    oscillate(z);
    return weighted(weights, z);
  };
};

export const rastrigin: Build = (seed, size) => {
  const [shift, scale] = [shifted(seed, size), stretch(10, size)];
  return (x) => {
    const z = shift(x);
    oscillate(z);
    skew(z, 0.2);
    for (let i = 0; i < size; i++) z[i] = (z[i] as number) * (scale[i] as number);
    return rippled(z);
  };
};

/** Büche and Rastrigin; the optimum of every other coordinate is positive. */
export const bueche: Build = (seed, size) => {
  const best = optimum(seed, size).map((value, i) => (i % 2 === 0 ? Math.abs(value) : value));
  const z = new Float64Array(size);
  return (x) => {
    for (let i = 0; i < size; i++) {
      const bent = oscillated((x[i] as number) - (best[i] as number));
      const scale = (i % 2 === 0 && bent > 0 ? 10 : 1) * 10 ** (0.5 * share(i, size));
      z[i] = bent * scale;
    }
    return rippled(z) + 100 * outside(x);
  };
};

/** The optimum is a corner, and whatever lies beyond it. */
export const slope: Build = (seed, size) => {
  const sign = optimum(seed, size).map((value) => Math.sign(value));
  const steep = ladder(10, size);
  return (x) => {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const towards = (x[i] as number) * (sign[i] as number);
      sum += (steep[i] as number) * (5 - Math.min(5, towards));
    }
    return sum;
  };
};

export const sector: Build = (seed, size) => {
  const best = optimum(seed, size);
  const shift = shifted(seed, size);
  const matrix = product(rotation(seed + SECOND, size), stretch(10, size), rotation(seed, size));
  const z = new Float64Array(size);
  return (x) => {
    turn(matrix, shift(x), z);
    let sum = 0;
    for (let i = 0; i < size; i++)
      sum += ((z[i] as number) * ((z[i] as number) * (best[i] as number) > 0 ? 100 : 1)) ** 2;
    return oscillated(sum) ** 0.9;
  };
};

export const steps: Build = (seed, size) => {
  const shift = shifted(seed, size);
  const first = product(identity(size), stretch(10, size), rotation(seed, size));
  const second = rotation(seed + SECOND, size);
  const weights = ladder(100, size);
  const [flat, z] = [new Float64Array(size), new Float64Array(size)];
  return (x) => {
    turn(first, shift(x), flat);
    const lead = Math.abs(flat[0] as number) / 1e4;
    for (let i = 0; i < size; i++) {
      const value = flat[i] as number;
      flat[i] = Math.abs(value) > 0.5 ? Math.floor(value + 0.5) : Math.floor(10 * value + 0.5) / 10;
    }
    turn(second, flat, z);
    return 0.1 * Math.max(lead, weighted(weights, z)) + outside(x);
  };
};

/** Rosenbrock's, not turned. */
export const valley: Build = (seed, size) => {
  const shift = shifted(seed, size, 0.75);
  const factor = Math.max(1, Math.sqrt(size) / 8);
  return (x) => {
    const z = shift(x);
    for (let i = 0; i < size; i++) z[i] = (z[i] as number) * factor + 1;
    return rosenbrock(z);
  };
};

/** z of the turned Rosenbrock's: its optimum lies where the rotation puts it. */
export function turnedValley(seed: number, size: number): Transform {
  const factor = Math.max(1, Math.sqrt(size) / 8);
  const matrix = rotation(seed, size).map((value) => value * factor);
  const [from, z] = [new Float64Array(size), new Float64Array(size)];
  return (x) => {
    from.set(x);
    turn(matrix, from, z);
    for (let i = 0; i < size; i++) z[i] = (z[i] as number) + 0.5;
    return z;
  };
}

export const valleyTurned: Build = (seed, size) => {
  const place = turnedValley(seed, size);
  return (x) => rosenbrock(place(x));
};

/** The turned ellipsoid, by its condition number. */
export const ellipsoidTurned =
  (condition: number): Build =>
  (seed, size) => {
    const [place, weights] = [turned(seed, size), ladder(condition, size)];
    return (x) => {
      const z = place(x);
      oscillate(z);
      return weighted(weights, z);
    };
  };

export const discus: Build = (seed, size) => {
  const place = turned(seed, size);
  const weights = new Float64Array(size).map((_, i) => (i === 0 ? 1e6 : 1));
  return (x) => {
    const z = place(x);
    oscillate(z);
    return weighted(weights, z);
  };
};

export const cigar: Build = (seed, size) => {
  // Its optimum has a seed of its own in the code of 2009, and so in all data.
  const place = turned(seed, size, seed + SECOND);
  const matrix = rotation(seed + SECOND, size);
  const weights = new Float64Array(size).map((_, i) => (i === 0 ? 1 : 1e6));
  const z = new Float64Array(size);
  return (x) => {
    const bent = place(x);
    skew(bent, 0.5);
    turn(matrix, bent, z);
    return weighted(weights, z);
  };
};

export const ridge: Build = (seed, size) => {
  const shift = shifted(seed, size);
  const matrix = product(rotation(seed + SECOND, size), stretch(10, size), rotation(seed, size));
  const z = new Float64Array(size);
  return (x) => {
    turn(matrix, shift(x), z);
    const [lead = 0] = z;
    let sum = 0;
    for (let i = 1; i < size; i++) sum += (z[i] as number) ** 2;
    return lead * lead + 100 * Math.sqrt(sum);
  };
};

export const powers: Build = (seed, size) => {
  const place = turned(seed, size);
  return (x) => {
    const z = place(x);
    let sum = 0;
    for (let i = 0; i < size; i++) sum += Math.abs(z[i] as number) ** (2 + 4 * share(i, size));
    return Math.sqrt(sum);
  };
};

export function identity(size: number): Float64Array {
  return new Float64Array(size * size).map((_, at) => (at % (size + 1) === 0 ? 1 : 0));
}
