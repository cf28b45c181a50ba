import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RandomStream } from "../../core/random.ts";
import { cmaParameters, defaultLambda } from "./cma-parameters.ts";
import { CmaRestarts, RESTARTS } from "./cma-restarts.ts";
import { CmaUncertainty, UNCERTAINTY } from "./cma-uncertainty.ts";

describe("constants of a descent", () => {
  test("are those that follow from the tutorial's table for ten dimensions", () => {
    assert.equal(defaultLambda(10), 10);
    const { mu, weights, muEff, cSigma, cC, c1 } = cmaParameters(10, 10);
    assert.equal(mu, 5);
    const positive = weights.subarray(0, mu).reduce((sum, weight) => sum + weight, 0);
    assert.ok(Math.abs(positive - 1) < 1e-12);
    // ln 5.5 - ln i for i = 1 to 5: squares of the sum over sum of the squares.
    const raw = [1, 2, 3, 4, 5].map((i) => Math.log(5.5) - Math.log(i));
    const sum = raw.reduce((a, b) => a + b, 0);
    const expected = (sum * sum) / raw.reduce((a, b) => a + b * b, 0);
    assert.ok(Math.abs(muEff - expected) < 1e-12);
    assert.ok(Math.abs(cSigma - (expected + 2) / (15 + expected)) < 1e-12);
    assert.ok(Math.abs(cC - (4 + expected / 10) / (14 + expected / 5)) < 1e-12);
    assert.ok(Math.abs(c1 - 2 / (11.3 ** 2 + expected)) < 1e-12);
  });

  test("keep the matrix positive definite: negative weights take no more than is left", () => {
    for (const [size, lambda] of [
      [1, 4],
      [2, 6],
      [10, 10],
      [20, 400],
      [5, 3],
    ] as const) {
      const { weights, mu, c1, cMu } = cmaParameters(size, lambda);
      const negative = -weights.subarray(mu).reduce((sum, weight) => sum + weight, 0);
      assert.ok(c1 + cMu <= 1 && size * cMu * negative <= 1 - c1 - cMu + 1e-12, `${size}-D ${lambda}`);
    }
  });
});

describe("restarts", () => {
  const populations = (kind: number): number[] => {
    const restarts = new CmaRestarts(kind, 8, 0.2);
    const random = new RandomStream(3);
    return Array.from({ length: 6 }, () => restarts.next(1000, random).lambda);
  };

  test("double the population, or leave it", () => {
    assert.deepEqual(populations(RESTARTS.ipop), [16, 32, 64, 128, 256, 512]);
    assert.deepEqual(populations(RESTARTS.none), [8, 8, 8, 8, 8, 8]);
  });

  test("in turns with small ones that are given as much", () => {
    const restarts = new CmaRestarts(RESTARTS.bipop, 8, 0.2);
    const random = new RandomStream(3);
    const spent = { large: 0, small: 0 };
    let beginning = restarts.next(500, random);
    assert.equal(beginning.lambda, 16);
    for (let descent = 0; descent < 60; descent++) {
      const small = beginning.budget < Infinity;
      const measured = small ? Math.min(beginning.budget, 300) : 1000;
      spent[small ? "small" : "large"] += measured;
      if (small) assert.ok(beginning.lambda >= 8 && beginning.sigma <= 0.2 && beginning.sigma >= 0.002);
      beginning = restarts.next(measured, random);
    }
    assert.ok(spent.small >= spent.large - 1000 && spent.small <= spent.large + 1000, JSON.stringify(spent));
  });
});

describe("handling of uncertainty", () => {
  const values = (deviation: number, random: RandomStream): Float64Array =>
    Float64Array.from({ length: 10 }, (_, at) => at + deviation * random.normal());

  test("measures more often where ranks are chance, and lengthens the steps when that is not enough", () => {
    const random = new RandomStream(4);
    const handling = new CmaUncertainty(10);
    let longer = 1;
    for (let generation = 0; generation < 60; generation++)
      longer *= handling.adapt(values(100, random), values(100, random).slice(0, 3));
    assert.equal(handling.state.repeats, UNCERTAINTY.mostRepeats);
    assert.ok(longer > 2, `${longer}`);
  });

  test("goes back to one measurement where ranks hold", () => {
    const handling = new CmaUncertainty(10);
    handling.state.repeats = 8;
    const first = values(0, new RandomStream(1));
    for (let generation = 0; generation < 40; generation++) assert.equal(handling.adapt(first, first.slice(0, 3)), 1);
    assert.equal(handling.state.repeats, 1);
  });
});
