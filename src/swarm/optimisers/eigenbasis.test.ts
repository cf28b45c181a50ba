import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../core/random.ts";
import { Eigenbasis } from "./eigenbasis.ts";

/** Σ of scaled outer products: positive definite, of a condition number of about `condition`. */
function matrixOf(size: number, condition: number, random: RandomStream): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let k = 0; k < 2 * size; k++) {
    const scale = condition ** (k / (2 * size));
    const direction = Float64Array.from({ length: size }, () => random.normal());
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        matrix[i * size + j] = (matrix[i * size + j] ?? 0) + scale * (direction[i] ?? 0) * (direction[j] ?? 0);
  }
  return matrix;
}

test("vectors are orthonormal and make up the matrix, also after it has changed many times", () => {
  const random = new RandomStream(1);
  for (const [size, condition] of [
    [1, 1],
    [2, 1e3],
    [5, 1e8],
    [20, 1e6],
  ] as const) {
    const basis = new Eigenbasis(size);
    for (let change = 0; change < 5; change++) {
      const matrix = matrixOf(size, condition, random);
      assert.ok(basis.follow(matrix.slice()));
      const { vectors, lengths } = basis;
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) {
          let [product, made] = [0, 0];
          for (let k = 0; k < size; k++) {
            product += (vectors[i * size + k] ?? 0) * (vectors[j * size + k] ?? 0);
            made += (vectors[k * size + i] ?? 0) * (vectors[k * size + j] ?? 0) * (lengths[k] ?? 0) ** 2;
          }
          assert.ok(Math.abs(product - (i === j ? 1 : 0)) < 1e-12);
          const scale = Math.sqrt((matrix[i * size + i] ?? 0) * (matrix[j * size + j] ?? 0));
          assert.ok(Math.abs(made - (matrix[i * size + j] ?? 0)) <= 1e-5 * scale, `${size}-D ${i},${j}`);
        }
    }
  }
});

test("what is not positive definite is said to be so", () => {
  assert.equal(new Eigenbasis(2).follow(Float64Array.of(1, 2, 2, 1)), false);
  assert.equal(new Eigenbasis(2).follow(Float64Array.of(Number.NaN, 0, 0, 1)), false);
});
