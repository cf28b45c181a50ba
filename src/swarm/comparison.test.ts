import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Random, seededRandom } from "../core/random.ts";
import { type ComparisonOptions, type Direction, PairedComparison, type Verdict } from "./comparison.ts";
import { blockOrder, pairOf } from "./comparison-blocks.ts";

/** Measures the candidate (true) or the incumbent (false), one after the other. */
type Host = (candidate: boolean) => number;

const gauss = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function run(random: Random, measure: Host, options: Partial<ComparisonOptions> = {}): Verdict {
  const comparison = new PairedComparison({ direction: "lower", maxPairs: 30, ...options });
  for (;;) {
    const order = blockOrder(random);
    comparison.add(
      pairOf(
        order,
        order.map((arm) => measure(arm === "candidate")),
      ),
    );
    const verdict = comparison.verdict();
    if (verdict.state !== "undecided") return verdict;
  }
}

/** Hosts on which the candidate makes no difference. */
const NOTHING: Readonly<Record<string, (random: Random) => Host>> = {
  "even noise": (random) => () => 100 + gauss(random),
  "heavy tails (Cauchy)": (random) => () => Math.exp(Math.tan(Math.PI * (random() - 0.5)) / 50),
  "outliers of a hundred times": (random) => () => (random() < 0.1 ? 100 : 1) * (1 + 0.05 * gauss(random)),
  "steady drift of 2 % a measurement": (random) => {
    let level = 1;
    return () => (level *= 1.02) * (1 + 0.001 * gauss(random));
  },
  "autocorrelated wander": (random) => {
    let level = 0;
    return () => Math.exp((level = 0.95 * level + 0.1 * gauss(random)));
  },
  "a square wave with the period of a block": (random) => {
    let at = Math.floor(4 * random());
    return () => (Math.floor(++at / 2) % 2 === 0 ? 1 : 1.3) * (1 + 0.01 * gauss(random));
  },
  "failures of a tenth of the measurements": (random) => () => (random() < 0.1 ? Number.NaN : 1 + 0.1 * gauss(random)),
};

for (const [name, host] of Object.entries(NOTHING))
  test(`finds a difference where there is none at most as often as allowed, looking after every pair: ${name}`, () => {
    const random = seededRandom(11);
    const runs = 600;
    let found = 0;
    for (let i = 0; i < runs; i++) if (run(random, host(random)).state !== "same") found++;
    // Four standard deviations of a proportion of 5 % over so many runs.
    assert.ok(found / runs <= 0.05 + 4 * Math.sqrt((0.05 * 0.95) / runs), `${found} of ${runs}`);
  });

test("the interval holds the true effect at every look, and so does the last", () => {
  const random = seededRandom(12);
  let missed = 0;
  for (let i = 0; i < 200; i++) {
    const comparison = new PairedComparison({ direction: "higher", smallestEffect: 0.5, maxPairs: 30 });
    let held = true;
    for (let pair = 0; pair < 30; pair++) {
      comparison.add({ incumbent: Math.exp(0.1 * gauss(random)), candidate: 1.1 * Math.exp(0.1 * gauss(random)) });
      const [low, high] = comparison.verdict().interval;
      held &&= low <= 0.1 && high >= 0.1;
    }
    if (!held) missed++;
  }
  assert.ok(missed <= 200 * 0.05 + 12, `${missed} of 200`);
});

/** Share of runs that end in "better", and their mean pairs, by true effect and noise of one measurement. */
const POWER = [
  { effect: 0.05, noise: 0.02, share: 0.99, pairs: 8 },
  { effect: 0.1, noise: 0.1, share: 0.95, pairs: 16 },
  { effect: 0.2, noise: 0.2, share: 0.93, pairs: 16 },
  { effect: 0.5, noise: 0.5, share: 0.95, pairs: 14 },
] as const;

for (const { effect, noise, share, pairs } of POWER)
  test(`finds ${100 * effect} % under ${100 * noise} % of noise within about ${pairs} blocks`, () => {
    const random = seededRandom(13);
    const verdicts = Array.from({ length: 150 }, () =>
      run(random, (candidate) => (candidate ? 1 - effect : 1) * Math.exp(noise * gauss(random))),
    );
    const better = verdicts.filter(({ state }) => state === "better");
    assert.ok(better.length / verdicts.length >= share, `${better.length} of ${verdicts.length}`);
    const mean = better.reduce((sum, verdict) => sum + verdict.pairs, 0) / better.length;
    assert.ok(mean <= pairs, `${mean} pairs`);
  });

test("swapping the two, or which way is better, turns the verdict", () => {
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  const pair = fc.record({ incumbent: positive, candidate: positive });
  const turned = { better: "worse", worse: "better", same: "same", undecided: "undecided" } as const;
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 12 }), (pairs) => {
      const of = (direction: Direction, swap: boolean): Verdict => {
        const comparison = new PairedComparison({ direction, smallestEffect: 0 });
        for (const { incumbent, candidate } of pairs)
          comparison.add(swap ? { incumbent: candidate, candidate: incumbent } : { incumbent, candidate });
        return comparison.verdict();
      };
      const seen = of("lower", false);
      assert.equal(of("lower", true).state, turned[seen.state]);
      assert.equal(of("higher", false).state, turned[seen.state]);
      assert.ok(seen.interval[0] <= seen.interval[1] && seen.confidence >= 0 && seen.confidence <= 1);
    }),
  );
});

test("takes any numbers at all and never ends in a state without sense", () => {
  const any = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308));
  fc.assert(
    fc.property(fc.array(fc.record({ incumbent: any, candidate: any }), { maxLength: 45 }), (pairs) => {
      const comparison = new PairedComparison({ direction: "higher" });
      for (const pair of pairs) comparison.add(pair);
      const { state, effect, interval } = comparison.verdict();
      assert.ok(!Number.isNaN(effect) && !interval.some(Number.isNaN), JSON.stringify({ effect, interval }));
      assert.ok(interval[0] >= -1);
      assert.equal(state === "undecided", pairs.length < 40 && state === "undecided");
    }),
  );
});

test("a candidate that fails each time is worse after seven pairs", () => {
  const comparison = new PairedComparison({ direction: "higher" });
  for (let i = 0; i < 7; i++) comparison.add({ incumbent: 5, candidate: Number.NaN });
  assert.equal(comparison.verdict().state, "worse");
});

test("values that never differ are the same, and soon known to be", () => {
  const comparison = new PairedComparison({ direction: "lower" });
  let pairs = 0;
  for (; comparison.verdict().state === "undecided"; pairs++) comparison.add({ incumbent: 3, candidate: 3 });
  assert.equal(comparison.verdict().state, "same");
  assert.equal(pairs, 7);
});

test("down to nothing is all of it", () => {
  const comparison = new PairedComparison({ direction: "lower" });
  for (let i = 0; i < 8; i++) comparison.add({ incumbent: 4, candidate: 0 });
  const { state, effect } = comparison.verdict();
  assert.deepEqual([state, effect.toFixed(6)], ["better", "-1.000000"]);
});

test("what is better by less than matters is the same, however sure", () => {
  const comparison = new PairedComparison({ direction: "lower", smallestEffect: 0.05 });
  for (let i = 0; i < 40; i++) comparison.add({ incumbent: 100, candidate: 98 });
  const { state, pairs, effect, confidence } = comparison.verdict();
  assert.deepEqual([state, pairs, Number(effect.toFixed(6))], ["same", 7, -0.02]);
  assert.ok(confidence > 0.9);
});

test("a verdict stays, whatever is added", () => {
  const comparison = new PairedComparison({ direction: "lower" });
  for (let i = 0; i < 10; i++) comparison.add({ incumbent: 2, candidate: 1 });
  const verdict = comparison.verdict();
  assert.equal(verdict.state, "better");
  for (let i = 0; i < 50; i++) comparison.add({ incumbent: 1, candidate: 2 });
  assert.deepEqual(comparison.verdict(), verdict);
});
