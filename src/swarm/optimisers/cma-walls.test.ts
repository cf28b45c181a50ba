import assert from "node:assert/strict";
import { test } from "node:test";
import { CmaWalls, WALLS } from "./cma-walls.ts";
import { createOptimiser, restoreOptimiser } from "./index.ts";

const cube = (size: number) => Array.from({ length: size }, (_, i) => ({ name: `x${i}`, low: -5, high: 5 }));

/** The best place that is known after `measured` attempts, between which the descent measures `worse` as often as it has to. */
function after(measured: number, start: number[], value: (row: Float64Array) => number): CmaWalls {
  const walls = new CmaWalls(start.length);
  const first = Float64Array.from(start);
  const [row, worse] = [first.slice(), first.map(() => 0.5)];
  walls.see(first, value(first));
  for (let done = 0, look = 0; done < measured && look < 10_000; look++)
    if (walls.propose(row)) {
      walls.tell(row, value(row));
      done++;
    } else walls.see(worse, Infinity);
  return walls;
}

test("a corner is found coordinate by coordinate, also from the wrong wall and from the far side", () => {
  const slope = (row: Float64Array): number => row.reduce((sum, x, i) => sum + (i % 2 === 0 ? x : -x), 0);
  const { place, value } = after(18, [0.2, 0.8, 1, 0.4, 0.9, 0.1], slope).state;
  assert.deepEqual([...place], [0, 1, 0, 1, 0, 1]);
  assert.equal(value, -3);
});

test("nothing is tried while the best lies inside; outside stands for the wall", () => {
  const walls = new CmaWalls(2);
  const row = new Float64Array(2);
  assert.equal(walls.propose(row), false);
  walls.see(Float64Array.of(0.3, 0.6), 1);
  assert.equal(walls.propose(row), false);
  walls.see(Float64Array.of(0.3, 1.7), 0);
  assert.ok(walls.propose(row));
  assert.deepEqual([...row], [0, 1]);
});

test("in vain it costs ever less", () => {
  const size = 8;
  const walls = new CmaWalls(size);
  const row = new Float64Array(size).fill(0.5);
  row[0] = 1;
  walls.see(row, 0);
  let attempts = 0;
  for (let measured = 0; measured < 10_000; measured++)
    if (walls.propose(row)) {
      attempts++;
      walls.tell(row, 1);
    } else walls.see(row, 1);
  // 40, 80, 160, ... measurements of rest: eight rests.
  assert.ok(attempts <= 9 * WALLS.patience * size, `${attempts}`);
  assert.ok(attempts >= 6 * WALLS.patience * size, `${attempts}`);
});

test("CMA-ES finds a corner of twenty dimensions in fewer measurements with it than without", () => {
  const needed = (tuning: Readonly<Record<string, number>>, noisy: boolean, seed: number): number => {
    const search = createOptimiser("cma", { space: cube(20), seed, tuning, noisy });
    const slope = (point: readonly number[]): number => point.reduce((sum, x, i) => sum + 10 ** (i / 19) * (5 - x), 0);
    for (let measured = 1; measured <= 4000; measured++) {
      const { id, point } = search.ask();
      search.tell(id, slope(point));
      if (slope(point) === 0) return measured;
    }
    return Infinity;
  };
  const total = (tuning: Readonly<Record<string, number>>): number =>
    [1, 2, 3, 4, 5].reduce((sum, seed) => sum + needed(tuning, false, seed), 0);
  const [own, without] = [total({}), total({ walls: 0 })];
  assert.ok(own < 0.6 * without, `${own} and ${without}`);
  assert.equal(needed({}, true, 4), needed({ walls: 0 }, true, 4), "under noise it is off");
});

test("saved in the midst of it, it goes on as it would have", () => {
  const slope = (point: readonly number[]): number => -point.reduce((sum, x, i) => sum + (i + 1) * x, 0);
  let search = createOptimiser("cma", { space: cube(6), seed: 5 });
  const twin = createOptimiser("cma", { space: cube(6), seed: 5 });
  for (let measured = 0; measured < 80; measured++) {
    const restored = restoreOptimiser(JSON.parse(JSON.stringify(search.save())));
    assert.ok(restored);
    search = restored;
    const [one, other] = [search.ask(), twin.ask()];
    assert.deepEqual(one, other);
    search.tell(one.id, slope(one.point));
    twin.tell(other.id, slope(other.point));
  }
});
