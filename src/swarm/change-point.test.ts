import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Random, seededRandom } from "../core/random.ts";
import { ChangePoint } from "./change-point.ts";

/** Box and Muller, "A note on the generation of random normal deviates", Annals of Mathematical Statistics 29, 1958. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

type Source = (random: Random) => () => number;

const following = (share: number, random: Random): (() => number) => {
  let last = 0;
  return () => (last = share * last + normal(random));
};

const NOISES: Readonly<Record<string, Source>> = {
  normal: (random) => () => normal(random),
  uniform: (random) => random,
  "exponential, one-sided": (random) => () => -Math.log(1 - random()),
  "heavy-tailed (Student's t, 3 degrees)": (random) => () =>
    normal(random) / Math.sqrt((normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2) / 3),
  "following itself (AR 0.3)": (random) => following(0.3, random),
  "following itself (AR 0.5)": (random) => following(0.5, random),
};

/** False alarms in 100,000 values that are let pass; values that follow each other closely are harder to tell from change. */
const MOST = { "following itself (AR 0.5)": 30 } as Readonly<Record<string, number>>;

/** Index of the first alarm, -1 where there is none. */
function firstAlarm(values: Iterable<number>): number {
  const watch = new ChangePoint();
  let at = 0;
  for (const value of values) {
    if (watch.add(value)) return at;
    at++;
  }
  return -1;
}

describe("what only scatters", () => {
  for (const [name, source] of Object.entries(NOISES))
    test(`${name}: false alarms are rare`, () => {
      const alarms = Array.from({ length: 100 }, (_, seed) => {
        const next = source(seededRandom(seed));
        const watch = new ChangePoint();
        return Array.from({ length: 1000 }, () => watch.add(next())).filter(Boolean).length;
      }).reduce((sum, count) => sum + count, 0);
      assert.ok(alarms <= (MOST[name] ?? 10), `${alarms} false alarms in 100,000 values`);
    });

  test("neither one wild value nor what is no number is a change", () => {
    const random = seededRandom(5);
    const values = Array.from({ length: 500 }, (_, at) => (at % 50 === 49 ? 1e9 : normal(random)));
    assert.equal(firstAlarm([...values, Number.NaN, Number.POSITIVE_INFINITY, Number.NaN]), -1);
  });

  test("a slow drift of ten deviations over two thousand values is followed", () => {
    const random = seededRandom(6);
    assert.equal(firstAlarm(Array.from({ length: 2000 }, (_, at) => normal(random) + at / 200)), -1);
  });

  test("scatter below what matters is none", () => {
    const watch = new ChangePoint({ leastDeviation: 0.1 });
    const values = Array.from({ length: 200 }, (_, at) => (at < 100 ? 0 : 0.05));
    assert.ok(!values.some((value) => watch.add(value)));
  });
});

describe("a step", () => {
  for (const { size, within, warm } of [
    { size: 3, within: 7, warm: 60 },
    { size: 6, within: 5, warm: 20 },
    { size: -3, within: 7, warm: 60 },
  ])
    test(`of ${size} deviations after ${warm} values is told within ${within} values in 95 of 100 runs, once`, () => {
      const delays = Array.from({ length: 100 }, (_, seed) => {
        const random = seededRandom(seed);
        const values = Array.from({ length: warm + 100 }, (_unused, at) => normal(random) + (at >= warm ? size : 0));
        const watch = new ChangePoint();
        const alarms = values.flatMap((value, at) => (watch.add(value) ? [at - warm + 1] : []));
        assert.ok(alarms.length === 1, `seed ${seed}: ${alarms}`);
        return alarms[0] ?? 0;
      });
      const late = delays.filter((delay) => delay < 1 || delay > within * 1.5).length;
      assert.ok(delays.toSorted((a, b) => a - b)[50]! <= within, `median ${delays.toSorted((a, b) => a - b)[50]}`);
      assert.ok(late <= 5, `${late} late`);
    });

  test("from a constant is told as well", () => {
    const alarm = firstAlarm(Array.from({ length: 40 }, (_, at) => (at < 20 ? 7 : 8)));
    assert.ok(alarm >= 20 && alarm < 26, `${alarm}`);
  });
});
