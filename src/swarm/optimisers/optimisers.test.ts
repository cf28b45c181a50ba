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

test("what it searches with stands at places that it was told of, and closes in", () => {
  const distance = (point: readonly number[]): number => Math.hypot(...point.map((x, i) => x - i + 2));
  const mean = (points: readonly (readonly number[])[]): number =>
    points.reduce((sum, point) => sum + distance(point), 0) / points.length;
  for (const name of names) {
    const optimiser = createOptimiser(name, { space: cube(3), seed: 7 });
    assert.deepEqual(optimiser.members(), [], name);
    const told = new Set<string>();
    const tell = (times: number): void => {
      for (let each = 0; each < times; each++) {
        const { id, point } = optimiser.ask();
        told.add(point.map((x) => x.toFixed(6)).join());
        optimiser.tell(id, distance(point));
      }
    };
    tell(40);
    const early = optimiser.members();
    assert.equal(early.length === 0, name === "random" || name === "cma", name);
    for (const point of early) assert.ok(told.has(point.map((x) => x.toFixed(6)).join()), `${name}: ${point.join()}`);
    tell(1500);
    assert.ok(early.length === 0 || mean(optimiser.members()) < mean(early) / 4, name);
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

test("CMA-ES keeps moving whole numbers of few levels while others converge", () => {
  const space = [
    ...Array.from({ length: 3 }, (_, i) => ({ name: `level${i}`, low: 0, high: 9, integer: true })),
    { name: "x", low: -5, high: 5 },
  ];
  // The levels count only when x is known well: until then the steps of all shrink.
  const measure = ([a = 0, b = 0, c = 0, x = 0]: readonly number[]): number =>
    1000 * Math.abs(x - 1) + (Math.abs(x - 1) < 0.01 ? Math.abs(a - 7) + Math.abs(b - 2) + Math.abs(c - 5) : 30);
  const found = [1, 2, 3, 4, 5].filter((seed) => {
    const optimiser = createOptimiser("cma", { space, seed, tuning: { restarts: 0 } });
    minimise(optimiser, 1500, measure);
    return optimiser.best()?.point.slice(0, 3).join() === "7,2,5";
  });
  assert.ok(found.length >= 4, `${found.length} of 5`);
});

test("SHADE learns its factors from what worked", () => {
  const search = createOptimiser("shade", { space: cube(4), seed: 1 });
  const ridge = (p: readonly number[]): number => p.reduce((sum, x, i) => sum + 10 ** (2 * i) * (x - 2) ** 2, 0);
  minimise(search, 2500, ridge);
  assert.ok((search.best()?.value ?? 1) < 1e-6, `${search.best()?.value}`);
  const [, , , memory] = (search.save() as { strategy: { factors?: number[]; rates?: number[] }[] }).strategy;
  const mean = (values: readonly number[] = []): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  assert.ok(mean(memory?.factors) > 0.3 && mean(memory?.factors) < 1, `${mean(memory?.factors)}`);
  assert.ok(memory?.rates?.some((rate) => Math.abs(rate - 0.5) > 0.02));
});
