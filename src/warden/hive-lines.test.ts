import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { FakeClock, systemClock } from "../core/clock.ts";
import { firstChild } from "../kernel/confinement.ts";
import { readLines } from "./hive-lines.ts";

test("lines come whole however they are cut, and no more than twenty a second; what was left out is counted", async () => {
  const clock = new FakeClock();
  const stream = new PassThrough();
  const said: string[] = [];
  readLines(stream, clock, (line) => said.push(line));
  stream.write("one\ntw");
  stream.write(`o\n${"more\n".repeat(30)}`);
  clock.advance(1001);
  stream.end("later\n");
  await once(stream, "end");
  assert.deepEqual(
    [said.slice(0, 2), said.length, said.slice(20)],
    [["one", "two"], 22, ["(12 lines left out)", "later"]],
  );
});

test("a child of unshare(1) that was killed is said to have been, in words", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const child = spawn("unshare", ["--pid", "--fork", "--kill-child=SIGKILL", "sh", "-c", "sleep 60"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said: string[] = [];
  readLines(child.stderr, systemClock, (line) => said.push(line));
  const closed = once(child, "close");
  let inner: number | undefined;
  while (inner === undefined && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    inner = firstChild(child.pid ?? 0, "/proc");
  }
  if (inner !== undefined) process.kill(inner, "SIGKILL");
  await closed;
  assert.deepEqual(said, ["was killed (SIGKILL)"]);
});
