import assert from "node:assert/strict";
import { test } from "node:test";
import { DROPPER, resultOf, roundOf } from "./results.fixture.ts";
import { spreadOf } from "./spread.ts";
import { judge, pairRatios, summarize } from "./verdict.ts";

const WELL = { differences: [], journal: { verified: true, says: "intact" }, leftBehind: [] };

function missed(...args: Parameters<typeof judge>): string[] {
  return judge(...args).flatMap(({ held, says }) => (held ? [] : [says]));
}

test("a spread is the median and the range; of nothing it is zero", () => {
  assert.deepEqual(spreadOf([5, 1, 3]), { median: 3, min: 1, max: 5 });
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4 });
  assert.deepEqual(spreadOf([]), { median: 0, min: 0, max: 0 });
});

test("ratios are taken within pairs, so that a slow stretch of the host cancels", () => {
  const rounds = [
    roundOf("off", 0, 1000, 10),
    roundOf("on", 0, 500, 10),
    roundOf("on", 1, 5000, 10),
    roundOf("off", 1, 10_000, 10),
  ];
  assert.deepEqual(
    pairRatios(rounds, (round) => round.p99Us),
    [0.5, 0.5],
  );
});

test("a good run holds every bar", () => {
  assert.deepEqual(missed(resultOf().balance, DROPPER, WELL), []);
});

test("each bar is missed by itself, and says what was measured", () => {
  const good = resultOf().balance;
  const slow = summarize([roundOf("off", 0, 1000, 100), roundOf("on", 0, 510, 90)], [], []);
  assert.deepEqual(missed(slow, DROPPER, WELL), ["service p99 with the layer is 51 % of without (bar: at most 50 %)"]);
  const starved = summarize([roundOf("off", 0, 1000, 100), roundOf("on", 0, 400, 84)], [], []);
  assert.deepEqual(missed(starved, DROPPER, WELL), ["batch work kept is 84 % (bar: at least 85 %)"]);
  const nervous = { ...DROPPER, control: { runs: 10, incidents: 1 } };
  assert.equal(missed(good, nervous, WELL).length, 1);
  const blind = {
    ...DROPPER,
    incident: undefined,
    toFrozenMs: -1,
    undo: { command: "", worked: false, says: "nothing was frozen" },
  };
  assert.equal(missed(good, blind, WELL).length, 3);
  assert.equal(missed(good, { ...DROPPER, stepsWhileFrozen: 2 }, WELL).length, 1);
  assert.equal(missed(good, { ...DROPPER, stepsAfterUndo: 0 }, WELL).length, 1);
  assert.deepEqual(missed(good, DROPPER, { ...WELL, differences: ["batch: cpu.idle is 1, was 0"] }), [
    "batch: cpu.idle is 1, was 0",
  ]);
  assert.equal(missed(good, DROPPER, { ...WELL, journal: { verified: false, says: "cut" } }).length, 1);
  assert.equal(missed(good, DROPPER, { ...WELL, leftBehind: ["hog"] }).length, 1);
});

test("no rounds hold no bar", () => {
  assert.equal(missed(summarize([], [], []), DROPPER, WELL).length, 2);
});
