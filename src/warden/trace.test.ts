import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { LogLevels } from "../core/log-level.ts";
import type { ControlAnswer } from "../core/wire/control.ts";
import { answerLogLevel, traceHive } from "./trace.ts";

const ROOT = { name: "login 1000 (uid 0)", known: true };
const OTHERS = (): ControlAnswer => ({ ok: true, says: "others" });

test("what the hive asks is logged at debug alone, in one printable line, and its heartbeat never", () => {
  const levels = new LogLevels(new FakeClock());
  const lines: string[] = [];
  const trace = traceHive(levels, (says, level) => lines.push(`${level}: ${says}`));
  trace({ name: "watch", body: { viewers: 1 } });
  levels.use("debug", 1000);
  trace({ name: "watch", body: { viewers: 2 } });
  trace({ name: "alive", body: { seq: 1 } });
  trace({ name: "undo", body: { request: "r\u001b[2J", action: "c-1", by: "x".repeat(5000) } });
  assert.equal(lines.length, 2);
  assert.equal(lines[0], 'debug: hive asks: watch {"viewers":2}');
  assert.ok(lines[1] !== undefined && lines[1].length < 700 && !lines[1].includes("\u001b"));
});

test("a level is asked for, told and logged with who asked; everything else goes on", () => {
  const clock = new FakeClock();
  const levels = new LogLevels(clock);
  const lines: string[] = [];
  const answer = answerLogLevel(levels, (says) => lines.push(says), OTHERS);
  assert.deepEqual(answer({ ask: "log-level" }, ROOT), { ok: true, says: "the log level is info" });
  const says = "the log level is debug for 30 s more, then info";
  assert.deepEqual(answer({ ask: "log-level", level: "debug", forMs: 30_000 }, ROOT), { ok: true, says });
  assert.deepEqual(lines, [`${says}: login 1000 (uid 0) asked`]);
  assert.deepEqual(answer({ ask: "restore" }, ROOT), { ok: true, says: "others" });
  answer({ ask: "log-level", level: "debug" }, ROOT);
  clock.advance(600_000);
  assert.equal(levels.now, "info");
});
