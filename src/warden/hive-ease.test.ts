import assert from "node:assert/strict";
import { test } from "node:test";
import { STANDING, type Standing } from "../core/leisure.ts";
import { EASE, HiveEase } from "./hive-ease.ts";

test("a hive is at leisure while it handles readings, and eager again soon after the last of them", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said: [number, Standing][] = [];
  let nowMs = 0;
  const ease = new HiveEase(
    () => 7,
    () => STANDING.eager,
    (pid, standing) => void said.push([pid, standing]),
    () => nowMs,
  );
  ease.begin();
  t.mock.timers.tick(EASE.firstMs);
  assert.deepEqual(said.splice(0), [
    [7, STANDING.leisurely],
    [7, STANDING.eager],
  ]);
  nowMs += EASE.firstForMs;
  ease.begin();
  t.mock.timers.tick(40);
  ease.begin();
  t.mock.timers.tick(40);
  assert.deepEqual(said, [
    [7, STANDING.leisurely],
    [7, STANDING.leisurely],
  ]);
  t.mock.timers.tick(10);
  assert.deepEqual(said.slice(2), [[7, STANDING.eager]]);
});

test("a hive that has just come is at leisure for longer, and so is the next one", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said: [number, Standing][] = [];
  let [pid, nowMs] = [7, 0];
  const ease = new HiveEase(
    () => pid,
    () => STANDING.eager,
    (of, standing) => void said.push([of, standing]),
    () => nowMs,
  );
  ease.begin();
  nowMs += EASE.firstForMs;
  pid = 8;
  ease.begin();
  t.mock.timers.tick(EASE.firstMs - 1);
  assert.deepEqual(said, [
    [7, STANDING.leisurely],
    [8, STANDING.leisurely],
  ]);
  t.mock.timers.tick(1);
  assert.deepEqual(said.at(-1), [8, STANDING.eager]);
});

test("no hive, or one that is gone or may not be changed: nothing happens, and nothing is thrown", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said: Standing[] = [];
  const set = (_pid: number, standing: Standing): void => {
    said.push(standing);
    throw new Error("ESRCH");
  };
  const atRest = (): Standing => STANDING.eager;
  new HiveEase(() => 0, atRest, set).begin();
  new HiveEase(() => 7, atRest, set).begin();
  t.mock.timers.tick(100);
  assert.deepEqual(said, [STANDING.leisurely]);
});

test("while the layer settles, its hive takes no more than the layer does", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said: Standing[] = [];
  let atRest: Standing = STANDING.ordinary;
  const ease = new HiveEase(
    () => 7,
    () => atRest,
    (_pid, standing) => void said.push(standing),
    () => 0,
  );
  for (const next of [STANDING.ordinary, STANDING.eager]) {
    atRest = next;
    ease.begin();
    t.mock.timers.tick(EASE.firstMs);
  }
  assert.deepEqual(said, [STANDING.leisurely, STANDING.ordinary, STANDING.leisurely, STANDING.eager]);
});
