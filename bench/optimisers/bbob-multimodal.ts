import { normals, rotation, uniforms } from "./bbob-instance.ts";
import { oscillate, oscillated, outside, product, share, skew, stretch, turn } from "./bbob-shapes.ts";
import { type Build, SECOND, identity, rippled, shifted, turned, turnedValley } from "./bbob-simple.ts";

export const rastriginTurned: Build = (seed, size) => {
  const place = turned(seed, size);
  const matrix = product(rotation(seed + SECOND, size), stretch(10, size), rotation(seed, size));
  const z = new Float64Array(size);
  return (x) => {
    const bent = place(x);
    oscillate(bent);
    skew(bent, 0.2);
    turn(matrix, bent, z);
    return rippled(z);
  };
};

const OCTAVES = 12;

export const weierstrass: Build = (seed, size) => {
  const place = turned(seed, size);
  const matrix = product(rotation(seed + SECOND, size), stretch(0.01, size), rotation(seed, size));
  const z = new Float64Array(size);
  const least = octaves(0);
  return (x) => {
    const bent = place(x);
    oscillate(bent);
    turn(matrix, bent, z);
    let sum = 0;
    for (let i = 0; i < size; i++) sum += octaves(z[i] as number);
    return 10 * (sum / size - least) ** 3 + (10 / size) * outside(x);
  };
};

/** Σ 2^-k cos(2π 3^k (z + 1/2)). */
function octaves(z: number): number {
  let [sum, frequency, height] = [0, 2 * Math.PI * (z + 0.5), 1];
  for (let k = 0; k < OCTAVES; k++, frequency *= 3, height /= 2) sum += Math.cos(frequency) * height;
  return sum;
}

/** Schaffer's F7, by its condition number. */
export const schaffer =
  (condition: number): Build =>
  (seed, size) => {
    const place = turned(seed, size);
    const scale = stretch(condition, size);
    const matrix = product(identity(size), scale, rotation(seed, size));
    const z = new Float64Array(size);
    return (x) => {
      const bent = place(x);
      skew(bent, 0.5);
      turn(matrix, bent, z);
      let sum = 0;
      for (let i = 0; i + 1 < size; i++) {
        const square = (z[i] as number) ** 2 + (z[i + 1] as number) ** 2;
        sum += square ** 0.25 * (1 + Math.sin(50 * square ** 0.1) ** 2);
      }
      return (sum / (size - 1)) ** 2 + 10 * outside(x);
    };
  };

/** Griewank of Rosenbrock; the noisy functions have it a tenth as high. */
export const griewank =
  (height: number): Build =>
  (seed, size) => {
    const place = turnedValley(seed, size);
    return (x) => {
      const z = place(x);
      let sum = 0;
      for (let i = 0; i + 1 < size; i++) {
        const [here, next] = [z[i] as number, z[i + 1] as number];
        const value = 100 * (here * here - next) ** 2 + (1 - here) ** 2;
        sum += value / 4000 - Math.cos(value);
      }
      return height + (height * sum) / (size - 1);
    };
  };

/** Twice where each coordinate of the optimum lies, but for its sign. */
const SCHWEFEL = 4.2096874637;

export const schwefel: Build = (seed, size) => {
  const sign = uniforms(size, seed).map((value) => (value < 0.5 ? -1 : 1));
  const scale = stretch(10, size);
  const hat = new Float64Array(size);
  return (x) => {
    let [sum, far] = [0, 0];
    for (let i = 0; i < size; i++) hat[i] = 2 * (sign[i] as number) * (x[i] as number);
    for (let i = 0; i < size; i++) {
      const drift = i === 0 ? 0 : 0.25 * ((hat[i - 1] as number) - SCHWEFEL);
      const z = 100 * ((scale[i] as number) * ((hat[i] as number) + drift - SCHWEFEL) + SCHWEFEL);
      sum += z * Math.sin(Math.sqrt(Math.abs(z)));
      if (Math.abs(z) > 500) far += (Math.abs(z) - 500) ** 2;
    }
    return 0.01 * (far + 418.982_887_272_433_9 - sum / size);
  };
};

export const katsuura: Build = (seed, size) => {
  const shift = shifted(seed, size);
  const matrix = product(rotation(seed + SECOND, size), stretch(100, size), rotation(seed, size));
  const z = new Float64Array(size);
  return (x) => {
    turn(matrix, shift(x), z);
    let result = 1;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let k = 1, power = 2; k < 33; k++, power *= 2) {
        const value = power * (z[i] as number);
        sum += Math.abs(value - Math.floor(value + 0.5)) / power;
      }
      result *= (1 + (i + 1) * sum) ** (10 / size ** 1.2);
    }
    return (10 / size / size) * (result - 1) + outside(x);
  };
};

/** Two funnels, the wider one the wrong one (Lunacek). */
export const lunacek: Build = (seed, size) => {
  const [right, depth] = [2.5, 1];
  const width = 1 - 0.5 / (Math.sqrt(size + 20) - 4.1);
  const wrong = -Math.sqrt((right * right - depth) / width);
  const sign = normals(size, seed).map((value) => (value < 0 ? -1 : 1));
  const matrix = product(rotation(seed + SECOND, size), stretch(100, size), rotation(seed, size));
  const [off, z] = [new Float64Array(size), new Float64Array(size)];
  return (x) => {
    let [good, bad, ripple] = [0, 0, 0];
    for (let i = 0; i < size; i++) {
      const hat = 2 * (x[i] as number) * (sign[i] as number);
      off[i] = hat - right;
      good += (hat - right) ** 2;
      bad += (hat - wrong) ** 2;
    }
    turn(matrix, off, z);
    for (let i = 0; i < size; i++) ripple += Math.cos(2 * Math.PI * (z[i] as number));
    return Math.min(good, depth * size + width * bad) + 10 * (size - ripple) + 1e4 * outside(x);
  };
};

/** Gallagher's Gaussian peaks: 101 of them, or 21. */
export const gallagher =
  (peaks: number): Build =>
  (seed, size) => {
    const [spread, half, highest] = peaks === 101 ? [10, 5, Math.sqrt(1000)] : [9.8, 4.9, 1000];
    const matrix = rotation(seed, size);
    const conditions = order(uniforms(peaks - 1, seed)).map((rank) => 1000 ** (rank / (peaks - 2)));
    const drawn = uniforms(size * peaks, seed);
    const centres = new Float64Array(size * peaks);
    const widths = new Float64Array(size * peaks);
    const heights = new Float64Array(peaks).map((_, peak) => (peak === 0 ? 10 : 1.1 + (8 * (peak - 1)) / (peaks - 2)));
    const [place, y] = [new Float64Array(size), new Float64Array(size)];
    for (let peak = 0; peak < peaks; peak++) {
      const condition = peak === 0 ? highest : (conditions[peak - 1] ?? 1);
      const ranks = order(uniforms(size, seed + 1000 * peak));
      for (let i = 0; i < size; i++) {
        widths[peak * size + i] = condition ** (share(ranks[i] ?? 0, size) - 0.5);
        place[i] = (spread * (drawn[peak * size + i] as number) - half) * (peak === 0 ? 0.8 : 1);
      }
      turn(matrix, place, y);
      centres.set(y, peak * size);
    }
    return (x) => {
      place.set(x);
      turn(matrix, place, y);
      let best = 0;
      for (let peak = 0; peak < peaks; peak++) {
        const height = heights[peak] as number;
        let sum = 0;
        for (let i = 0, at = peak * size; i < size; i++, at++)
          sum += (widths[at] as number) * ((y[i] as number) - (centres[at] as number)) ** 2;
        const value = height * Math.exp((-0.5 / size) * sum);
        if (value > best) best = value;
      }
      return oscillated(10 - best) ** 2 + outside(x);
    };
  };

/** Indices in the order of the values. */
function order(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
}
