import assert from "node:assert/strict";
import { test } from "node:test";
import { HiveEase } from "./hive-ease.ts";

test("a hive is at ease while it handles readings, and eager again soon after the last of them", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said: string[] = [];
  const ease = new HiveEase(
    () => 7,
    (pid, nice) => void said.push(`${pid} ${nice}`),
  );
  ease.begin();
  t.mock.timers.tick(20);
  ease.begin();
  t.mock.timers.tick(20);
  assert.deepEqual(said, ["7 0", "7 0"]);
  t.mock.timers.tick(5);
  assert.deepEqual(said, ["7 0", "7 0", "7 -15"]);
});

test("no hive, or one that is gone or may not be changed: nothing happens, and nothing is thrown", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said: number[] = [];
  const set = (_pid: number, nice: number): void => {
    said.push(nice);
    throw new Error("ESRCH");
  };
  new HiveEase(() => 0, set).begin();
  new HiveEase(() => 7, set).begin();
  t.mock.timers.tick(100);
  assert.deepEqual(said, [0]);
});
