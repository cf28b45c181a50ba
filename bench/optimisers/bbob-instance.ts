/*
 * Where the optimum of an instance lies, its value and the rotations: by the generators that the definition prescribes, so that
 * instances are those on which everybody else measures (Hansen, Finck, Ros and Auger, "Real-parameter black-box optimization
 * benchmarking 2009: noiseless functions definitions", INRIA RR-6829, and the code that came with it).
 */

const MODULUS = 2_147_483_647;

/** Minimal standard generator of Park and Miller by Schrage's method, shuffled by Bays and Durham. In (0, 1). */
export function uniforms(count: number, seed: number): Float64Array {
  let state = Math.max(1, Math.abs(seed));
  const advance = (): number => {
    const high = Math.floor(state / 127_773);
    state = 16_807 * (state - high * 127_773) - 2836 * high;
    if (state < 0) state += MODULUS;
    return state;
  };
  const table = new Float64Array(32);
  for (let at = 39; at >= 0; at--) {
    const value = advance();
    if (at < 32) table[at] = value;
  }
  let current = table[0] as number;
  return new Float64Array(count).map(() => {
    const fresh = advance();
    const at = Math.floor(current / 67_108_865);
    current = table[at] as number;
    table[at] = fresh;
    return current === 0 ? 1e-99 : current / MODULUS;
  });
}

/** Standard normal, by Box and Muller. */
export function normals(count: number, seed: number): Float64Array {
  const drawn = uniforms(2 * count, seed);
  return new Float64Array(count).map((_, at) => {
    const radius = Math.sqrt(-2 * Math.log(drawn[at] as number));
    return radius * Math.cos(2 * Math.PI * (drawn[count + at] as number)) || 1e-99;
  });
}

/** An orthogonal matrix, row after row: normal numbers, their columns made orthonormal (Gram and Schmidt). */
export function rotation(seed: number, size: number): Float64Array {
  const drawn = normals(size * size, seed);
  const columns = Array.from({ length: size }, (_, at) => drawn.slice(at * size, (at + 1) * size));
  columns.forEach((column, at) => {
    for (const earlier of columns.slice(0, at)) {
      const along = dot(column, earlier);
      column.forEach((value, row) => (column[row] = value - along * (earlier[row] as number)));
    }
    const length = Math.sqrt(dot(column, column));
    column.forEach((value, row) => (column[row] = value / length));
  });
  return new Float64Array(size * size).map((_, at) => columns[at % size]?.[Math.floor(at / size)] ?? 0);
}

/** In [-4, 4], to four digits of the unit interval. */
export function optimum(seed: number, size: number): Float64Array {
  return uniforms(size, seed).map((value) => (8 * Math.floor(1e4 * value)) / 1e4 - 4 || -1e-5);
}

/** Two decimals, in [-1000, 1000], distributed after Cauchy. */
export function optimalValue(seed: number): number {
  const [above = 0] = normals(1, seed);
  const [below = 1] = normals(1, seed + 1);
  return Math.min(1000, Math.max(-1000, Math.floor((1e4 * above) / below + 0.5) / 100));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}
