/*
 * What functions are built from (RR-6829, section 0.2). All work in place or into a given array: benches evaluate
 * hundreds of millions of points.
 */

/** Adds smooth irregularity to a number: T_osz. */
export function oscillated(value: number): number {
  if (value === 0) return 0;
  const log = Math.log(Math.abs(value));
  const [fast, slow] = value > 0 ? [10, 7.9] : [5.5, 3.1];
  return Math.sign(value) * Math.exp(log + 0.049 * (Math.sin(fast * log) + Math.sin(slow * log)));
}

/** T_osz, of each. */
export function oscillate(z: Float64Array): void {
  for (let i = 0; i < z.length; i++) z[i] = oscillated(z[i] as number);
}

/** Breaks the symmetry: T_asy. */
export function skew(z: Float64Array, beta: number): void {
  for (let i = 0; i < z.length; i++) {
    const value = z[i] as number;
    if (value > 0) z[i] = value ** (1 + beta * share(i, z.length) * Math.sqrt(value));
  }
}

/** From 0 for the first to 1 for the last coordinate. */
export const share = (i: number, size: number): number => i / (size - 1);

/** Diagonal of Λ^α: from 1 to √α. */
export function stretch(alpha: number, size: number): Float64Array {
  return new Float64Array(size).map((_, i) => alpha ** (0.5 * share(i, size)));
}

/** Powers of a base from 1 to the base. */
export function ladder(base: number, size: number): Float64Array {
  return new Float64Array(size).map((_, i) => base ** share(i, size));
}

/** left × diagonal × right. */
export function product(left: Float64Array, diagonal: Float64Array, right: Float64Array): Float64Array {
  const size = diagonal.length;
  const result = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (let k = 0; k < size; k++)
        sum += (left[row * size + k] as number) * (diagonal[k] as number) * (right[k * size + column] as number);
      result[row * size + column] = sum;
    }
  return result;
}

/** result = matrix × vector. */
export function turn(matrix: Float64Array, vector: Float64Array, result: Float64Array): void {
  const size = vector.length;
  for (let row = 0, at = 0; row < size; row++) {
    let sum = 0;
    for (let column = 0; column < size; column++, at++) sum += (matrix[at] as number) * (vector[column] as number);
    result[row] = sum;
  }
}

/** Sum of squares of how far outside [-5, 5] a point lies: f_pen. */
export function outside(x: readonly number[] | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const far = Math.abs(x[i] as number) - 5;
    if (far > 0) sum += far * far;
  }
  return sum;
}
