import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "./clock.ts";
import { LogLevels } from "./log-level.ts";

const LINES = ["SW-WIRE: nonsense came", "c-1: cpu.idle 0 → 1"] as const;
const shown = (levels: LogLevels): readonly boolean[] => [
  ...LINES.map((line) => levels.lets(line)),
  levels.lets("propose", "debug"),
];

test("each level lets through what those below it do, and a line with an error code is a warning", () => {
  const clock = new FakeClock();
  assert.deepEqual(shown(new LogLevels(clock, "warn")), [true, false, false]);
  assert.deepEqual(shown(new LogLevels(clock)), [true, true, false]);
  assert.deepEqual(shown(new LogLevels(clock, "debug")), [true, true, true]);
});

test("a level that was asked for ends by itself, also when the configuration is read again meanwhile", () => {
  const clock = new FakeClock();
  const levels = new LogLevels(clock, "info");
  levels.use("debug", 60_000);
  levels.configure("warn");
  clock.advance(59_000);
  assert.equal(levels.now, "debug");
  assert.equal(levels.says, "the log level is debug for 1 s more, then warn");
  clock.advance(1000);
  assert.equal(levels.now, "warn");
  assert.equal(levels.says, "the log level is warn");
});

test("how long it holds is told as a person would, and the configured level ends it", () => {
  const levels = new LogLevels(new FakeClock(), "info");
  const said = (forMs: number): string => {
    levels.use("debug", forMs);
    return levels.says;
  };
  assert.equal(said(119_500), "the log level is debug for 120 s more, then info");
  assert.equal(said(600_000), "the log level is debug for 10 min more, then info");
  assert.equal(said(86_400_000), "the log level is debug for 24 h more, then info");
  levels.use("info", 600_000);
  assert.equal(levels.says, "the log level is info");
});

test("a jump of the wall clock does not keep it", () => {
  const clock = new FakeClock();
  const levels = new LogLevels(clock);
  levels.use("debug", 1000);
  clock.jumpWall(-3_600_000);
  clock.advance(1000);
  assert.equal(levels.now, "info");
});
