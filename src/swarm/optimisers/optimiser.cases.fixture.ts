import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { RandomStream } from "../../core/random.ts";
import type { Candidate, Optimiser, Space } from "../optimiser.ts";
import { type OptimiserName, type OptimiserSettings, createOptimiser, restoreOptimiser } from "./index.ts";

const MIXED: Space = [
  { name: "weight", low: 1, high: 10_000, scale: "log", integer: true },
  { name: "share", low: -0.5, high: 2 },
  { name: "threads", low: 1, high: 4, integer: true },
  { name: "delay", low: 1e-6, high: 1, scale: "log" },
];

const cube = (size: number): Space => Array.from({ length: size }, (_, i) => ({ name: `x${i}`, low: -5, high: 5 }));

/** A turn of somebody who asks and answers in any order, sometimes never, sometimes twice, sometimes with nonsense. */
type Turn = { readonly kind: "ask" } | { readonly kind: "tell"; readonly pick: number; readonly value: number };

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, -0) },
);
const turn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: "ask" as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("tell" as const), pick: fc.nat(1000), value }) },
);
const turns = (maxLength: number): fc.Arbitrary<Turn[]> => fc.array(turn, { maxLength, size: "max" });

interface Talk {
  readonly optimiser: Optimiser;
  readonly open: Candidate[];
}

/** Gives what was asked, for comparison. */
function play(talk: Talk, script: readonly Turn[]): unknown[] {
  return script.map((step) => {
    if (step.kind === "ask" || talk.open.length === 0) {
      const candidate = talk.optimiser.ask();
      talk.open.push(candidate);
      return candidate;
    }
    const [candidate] = talk.open.splice(step.pick % talk.open.length, 1);
    return talk.optimiser.tell(candidate?.id ?? -1, step.value);
  });
}

/** Finds the best of `measure` in so many evaluations. */
export function minimise(
  optimiser: Optimiser,
  evaluations: number,
  measure: (point: readonly number[]) => number,
): number {
  for (let evaluation = 0; evaluation < evaluations; evaluation++) {
    const { id, point } = optimiser.ask();
    optimiser.tell(id, measure(point));
  }
  return optimiser.best()?.value ?? Infinity;
}

const bowl = (point: readonly number[]): number => point.reduce((sum, x) => sum + (x - 1) ** 2, 0);

const inside = (space: Space, point: readonly number[]): boolean =>
  point.length === space.length &&
  space.every(({ low, high, integer }, at) => {
    const x = point[at] ?? Number.NaN;
    return x >= low && x <= high && (integer !== true || Number.isInteger(x)) && !Object.is(x, -0);
  });

/** What every optimiser has to do. */
export function optimiserCases(name: OptimiserName): void {
  const make = (settings: Partial<OptimiserSettings> = {}): Optimiser =>
    createOptimiser(name, { space: MIXED, seed: 1, ...settings });

  test(`${name}: asks for points inside the bounds, whole numbers where wanted, whatever it is told`, () => {
    fc.assert(
      fc.property(turns(300), fc.boolean(), (script, noisy) => {
        for (const answer of play({ optimiser: make({ noisy }), open: [] }, script))
          if (typeof answer === "object") assert.ok(inside(MIXED, (answer as Candidate).point), JSON.stringify(answer));
      }),
      { numRuns: 40 },
    );
  });

  test(`${name}: the same seed and the same answers give the same questions, another seed others`, () => {
    const questions = (seed: number): unknown[] => {
      const optimiser = make({ seed, space: cube(3) });
      return Array.from({ length: 200 }, () => {
        const { id, point } = optimiser.ask();
        optimiser.tell(id, bowl(point));
        return point;
      });
    };
    assert.deepEqual(questions(7), questions(7));
    assert.notDeepEqual(questions(7), questions(8));
  });

  test(`${name}: saved and restored through JSON at any moment, it goes on exactly as it would have`, () => {
    fc.assert(
      fc.property(
        turns(250),
        turns(250),
        fc.record({ noisy: fc.boolean(), few: fc.boolean() }),
        (before, after, how) => {
          const tuning = name === "cma" && how.noisy ? { repeats: 3 } : {};
          const settings = {
            noisy: how.noisy,
            tuning,
            start: [[5, 0, 2, 0.1]],
            ...(how.few ? { evaluations: 300 } : {}),
          };
          const optimiser = make(settings);
          const open: Candidate[] = [];
          play({ optimiser, open }, before);
          const saved = JSON.parse(JSON.stringify(optimiser.save())) as unknown;
          const restored = restoreOptimiser(saved);
          assert.ok(restored !== undefined);
          assert.deepEqual(restored.best(), optimiser.best());
          assert.deepEqual(play({ optimiser: restored, open: open.slice() }, after), play({ optimiser, open }, after));
          assert.deepEqual(JSON.parse(JSON.stringify(restored.save())), JSON.parse(JSON.stringify(optimiser.save())));
        },
      ),
      { numRuns: 40 },
    );
  });

  test(`${name}: an answer counts once, and only for what is open`, () => {
    const optimiser = make();
    const { id } = optimiser.ask();
    assert.equal(optimiser.tell(id + 1, -5), false);
    assert.equal(optimiser.tell(id, 3), true);
    assert.equal(optimiser.tell(id, -5), false);
    assert.equal(optimiser.best()?.value, 3);
  });

  test(`${name}: what is not a finite number is the worst of all, and does not spoil what follows`, () => {
    const optimiser = make({ space: cube(2), seed: 3 });
    const random = new RandomStream(5);
    const best = minimise(optimiser, 1500, (point) =>
      random.next() < 0.2 ? ([Number.NaN, Infinity, -Infinity][random.below(3)] ?? 0) : bowl(point),
    );
    assert.ok(best < 0.5, `${best}`);
  });

  test(`${name}: starting points are asked first, and the best of them is not forgotten`, () => {
    const start = [
      [3, 1, 2, 0.5],
      [100, 0, 4, 0.001],
    ];
    const optimiser = make({ start });
    const first = start.map(() => optimiser.ask());
    assert.deepEqual(first[0]?.point, start[0]);
    assert.ok(Math.abs((first[1]?.point[3] ?? 0) / 0.001 - 1) < 1e-9);
    for (const { id, point } of first) optimiser.tell(id, point[0] === 3 ? -1e9 : 0);
    minimise(optimiser, 100, () => 1);
    assert.deepEqual(optimiser.best()?.point, start[0]);
  });

  test(`${name}: whole generations can be asked at once, and some of each forgotten`, () => {
    const optimiser = make({ space: cube(2), seed: 4 });
    const random = new RandomStream(6);
    for (let batch = 0; batch < 120; batch++) {
      const asked = Array.from({ length: 16 }, () => optimiser.ask());
      for (const { id, point } of asked.toReversed()) if (random.next() < 0.7) optimiser.tell(id, bowl(point));
    }
    assert.ok((optimiser.best()?.value ?? 1) < 0.2, `${optimiser.best()?.value}`);
  });

  test(`${name}: what is never answered does not pile up`, () => {
    const optimiser = make({ space: cube(1) });
    for (let i = 0; i < 10_000; i++) optimiser.ask();
    assert.ok(JSON.stringify(optimiser.save()).length < 4e6);
  });

  test(`${name}: damage to a saved state is refused as a value, never thrown`, () => {
    const optimiser = make({ noisy: true });
    minimise(optimiser, 60, (point) => point[1] ?? 0);
    optimiser.ask();
    const saved = JSON.stringify(optimiser.save());
    assert.ok(restoreOptimiser(JSON.parse(saved)) !== undefined);
    for (const other of [undefined, null, 3, "x", [], {}, { version: 1, name, settings: {} }])
      assert.equal(restoreOptimiser(other), undefined);
    fc.assert(
      fc.property(fc.nat(1000), fc.constantFrom(null, "x", -1, [], {}), (pick, damage) => {
        const copy: unknown = JSON.parse(saved);
        const places = containersOf(copy);
        const [container, key] = places[pick % places.length] ?? [{}, ""];
        container[key] = damage;
        const restored = restoreOptimiser(copy);
        // Some damage cannot be told from data; then it must at least work.
        if (restored !== undefined) minimise(restored, 30, () => 1);
      }),
      { numRuns: 300 },
    );
  });

  test(`${name}: under noise the best is a mean of several measurements, not one lucky value`, () => {
    const random = new RandomStream(9);
    const optimiser = make({ space: cube(2), seed: 5, noisy: true });
    minimise(optimiser, 400, (point) => bowl(point) + 2 * random.normal());
    const best = optimiser.best();
    assert.ok(best !== undefined && best.measured >= 3, `${best?.measured} measurements`);
    // The least of 400 draws of that noise alone would be near -6.
    assert.ok(best.value > -3, `${best.value}`);
    assert.ok(bowl(best.point) < 12, `${best.point.join(" ")}`);
  });
}

function containersOf(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== "object" || value === null) return [];
  const container = value as Record<string, unknown>;
  return Object.keys(container).flatMap((key) => [
    [container, key] as [Record<string, unknown>, string],
    ...containersOf(container[key]),
  ]);
}
