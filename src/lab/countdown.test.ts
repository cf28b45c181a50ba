import assert from "node:assert/strict";
import { test } from "node:test";
import { Countdown } from "./countdown.ts";

function watched(isTTY: boolean, columns = 80) {
  const lines: string[] = [];
  let nowMs = 0;
  const out = { isTTY, columns, write: (text: string) => lines.push(text.replace(/^\r\u001b\[2K/, "")) };
  const countdown = new Countdown(out, "bench", () => nowMs);
  return { lines, countdown, pass: (ms: number) => (nowMs += ms) };
}

test("the time left follows from what the work done took", () => {
  const { lines, countdown, pass } = watched(true);
  countdown.at(0, 40);
  pass(30_000);
  countdown.at(10, 40, "warm");
  pass(600_000);
  countdown.at(20, 40);
  countdown.at(40, 40);
  countdown.end();
  countdown.end();
  assert.deepEqual(lines, [
    "bench: 0 of 40",
    "bench: 10 of 40, about 2 min left  warm",
    "bench: 20 of 40, about 11 min left",
    "bench: 40 of 40, seconds left",
    "",
  ]);
});

test("one line of the terminal's width, and nothing where it is none", () => {
  const narrow = watched(true, 20);
  narrow.countdown.at(1, 2, "a name that is longer than the terminal is wide");
  assert.equal(narrow.lines[0]?.length, 19);
  const piped = watched(false);
  piped.countdown.at(1, 2);
  piped.countdown.end();
  assert.deepEqual(piped.lines, []);
});
