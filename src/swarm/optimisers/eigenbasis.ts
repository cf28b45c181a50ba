/** Off-diagonal elements below this, relative to the diagonal, count as none: a thousandth of what sampling could show. */
const NEGLIGIBLE = 1e-6;
const MOST_SWEEPS = 20;

/**
 * Keeps the eigenvectors of a symmetric positive definite matrix that changes little from one look to the next: the matrix is turned into
 * the old basis, where it is nearly diagonal, and made diagonal by Jacobi rotations (Jacobi 1846; Golub and Van Loan, "Matrix
 * Computations", section 8.5). One or two sweeps do, and small eigenvalues keep their relative accuracy (Demmel and Veselić 1992).
 */
export class Eigenbasis {
  /** One eigenvector after the other. */
  readonly vectors: Float64Array;
  /** Square roots of the eigenvalues. */
  readonly lengths: Float64Array;
  private readonly size: number;
  private readonly turned: Float64Array;
  private readonly half: Float64Array;

  constructor(size: number, vectors = new Float64Array(size * size), lengths = new Float64Array(size)) {
    this.size = size;
    this.vectors = vectors;
    this.lengths = lengths;
    this.turned = new Float64Array(size * size);
    this.half = new Float64Array(size * size);
    this.reset();
  }

  reset(): void {
    this.vectors.fill(0);
    for (let i = 0; i < this.size; i++) this.vectors[i * (this.size + 1)] = 1;
    this.lengths.fill(1);
  }

  /** `matrix`: row after row, its lower triangle counts. False, and nothing usable, where it is not positive definite. */
  follow(matrix: Float64Array): boolean {
    this.turnIntoBasis(matrix);
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) if (!this.sweep()) break;
    for (let i = 0; i < this.size; i++) {
      const value = this.turned[i * (this.size + 1)] as number;
      if (!(value > 0 && value < Infinity)) return false;
      this.lengths[i] = Math.sqrt(value);
    }
    return true;
  }

  /** turned = vectors × matrix × vectorsᵀ. */
  private turnIntoBasis(matrix: Float64Array): void {
    const { size, vectors, turned, half } = this;
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j] as number;
    multiply(vectors, matrix, half, size);
    multiply(half, vectors, turned, size);
  }

  /** Whether there was anything to do. */
  private sweep(): boolean {
    const { size, turned } = this;
    let rotated = false;
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        const off = turned[p * size + q] as number;
        const [first, second] = [turned[p * size + p] as number, turned[q * size + q] as number];
        if (off * off <= NEGLIGIBLE * NEGLIGIBLE * Math.abs(first * second)) continue;
        rotated = true;
        this.rotate(p, q, (second - first) / (2 * off));
      }
    return rotated;
  }

  /** The rotation by the smaller angle that makes the element at (p, q) zero; `ratio` is the cotangent of twice the angle. */
  private rotate(p: number, q: number, ratio: number): void {
    const { size, turned, vectors } = this;
    const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1));
    const cosine = 1 / Math.sqrt(tangent * tangent + 1);
    const sine = tangent * cosine;
    const [rowP, rowQ] = [p * size, q * size];
    const shift = tangent * (turned[rowP + q] as number);
    const [first, second] = [(turned[rowP + p] as number) - shift, (turned[rowQ + q] as number) + shift];
    for (let k = 0; k < size; k++) {
      const [a, b] = [turned[rowP + k] as number, turned[rowQ + k] as number];
      turned[k * size + p] = turned[rowP + k] = cosine * a - sine * b;
      turned[k * size + q] = turned[rowQ + k] = sine * a + cosine * b;
      const [u, v] = [vectors[rowP + k] as number, vectors[rowQ + k] as number];
      vectors[rowP + k] = cosine * u - sine * v;
      vectors[rowQ + k] = sine * u + cosine * v;
    }
    turned[rowP + p] = first;
    turned[rowQ + q] = second;
    turned[rowP + q] = turned[rowQ + p] = 0;
  }
}

/** result = a × bᵀ. */
function multiply(a: Float64Array, b: Float64Array, result: Float64Array, size: number): void {
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += (a[i * size + k] as number) * (b[j * size + k] as number);
      result[i * size + j] = sum;
    }
}
