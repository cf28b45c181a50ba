import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OPTIMISERS, type OptimiserName, createOptimiser, defaultOptimiser } from "./index.ts";
import { minimise, optimiserCases } from "./optimiser.cases.fixture.ts";

const names = Object.keys(OPTIMISERS) as OptimiserName[];
const cube = (size: number) => Array.from({ length: size }, (_, i) => ({ name: `x${i}`, low: -5, high: 5 }));

for (const name of names) describe(name, () => optimiserCases(name));

/** Evaluations within which each reaches 1e-6 on a bowl in five dimensions; well above what it was measured to need. */
const ENOUGH: Readonly<Partial<Record<OptimiserName, number>>> = {
  de: 6000,
  shade: 5000,
  pso: 8000,
  aco: 2000,
  abc: 5000,
  cma: 1500,
};

test("each but random search closes in on the bottom of a bowl", () => {
  for (const [name, evaluations] of Object.entries(ENOUGH)) {
    const optimiser = createOptimiser(name as OptimiserName, { space: cube(5), seed: 11 });
    const best = minimise(optimiser, evaluations, (point) => point.reduce((sum, x, i) => sum + (x - i + 2) ** 2, 0));
    assert.ok(best < 1e-6, `${name}: ${best}`);
  }
});

test("a long bent valley is found along by CMA-ES and SHADE", () => {
  const rosenbrock = (p: readonly number[]): number =>
    p.slice(1).reduce((sum, next, i) => sum + 100 * (next - (p[i] ?? 0) ** 2) ** 2 + (1 - (p[i] ?? 0)) ** 2, 0);
  for (const [name, evaluations] of [
    ["cma", 6000],
    ["shade", 12_000],
  ] as const) {
    const best = minimise(createOptimiser(name, { space: cube(5), seed: 2 }), evaluations, rosenbrock);
    assert.ok(best < 1e-6, `${name}: ${best}`);
  }
});

test("an optimum in a corner is reached: bounds are places like others", () => {
  for (const name of names.filter((one) => one !== "random")) {
    const best = minimise(createOptimiser(name, { space: cube(3), seed: 3 }), 6000, (point) =>
      point.reduce((sum, x) => sum - x, 0),
    );
    assert.ok(best < -14.9, `${name}: ${best}`);
  }
});

test("each scale counts in its own units: the best weight of a thousandfold range is found", () => {
  const space = [{ name: "weight", low: 1, high: 10_000, scale: "log", integer: true }] as const;
  for (const name of names) {
    const optimiser = createOptimiser(name, { space, seed: 4, evaluations: 60 });
    minimise(optimiser, 60, ([weight = 1]) => Math.abs(Math.log(weight / 20)));
    const [found = 0] = optimiser.best()?.point ?? [];
    assert.ok(found >= 12 && found <= 33, `${name}: ${found}`);
  }
});

test("a space without room, or with a logarithm of nothing, is a mistake of the caller", () => {
  for (const bad of [
    { low: 1, high: 1 },
    { low: 0, high: 1, scale: "log" },
    { low: 0.2, high: 0.8, integer: true },
    { low: Number.NaN, high: 1 },
  ] as const)
    assert.throws(() => createOptimiser("random", { space: [{ name: "x", ...bad }], seed: 1 }), RangeError);
});

test("the default follows the number of measurements, the dimensions and the noise", () => {
  assert.equal(defaultOptimiser(cube(3), 60), "aco");
  assert.equal(defaultOptimiser(cube(5), 5000, false), "cma");
  assert.equal(defaultOptimiser(cube(12), 1000), "pso");
});
