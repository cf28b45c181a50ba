import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { openPidfd } from "./pidfd.ts";
import { readProcessStat } from "./procfs.ts";

function sleeper(): { child: ChildProcess; pid: number; startTicks: number } {
  const child = spawn("sleep", ["30"], { stdio: "ignore" });
  const stat = readProcessStat(child.pid ?? 0);
  assert.ok(stat);
  return { child, pid: stat.pid, startTicks: stat.startTicks };
}

test("a process is signalled through its descriptor, and its death is told", async () => {
  const { child, pid, startTicks } = sleeper();
  try {
    const opened = openPidfd({ pid, startTicks });
    assert.ok(opened.ok);
    const died = new Promise<void>((resolve) => opened.value.onDeath(resolve));
    const exited = once(child, "exit");
    assert.ok(opened.value.signal(15).ok);
    await died;
    assert.deepEqual((await exited)[1], "SIGTERM");
    const late = opened.value.signal(15);
    assert.equal(late.ok ? "" : late.code, "SW-GUARD-GONE");
    opened.value.close();
  } finally {
    child.kill("SIGKILL");
  }
});

test("a pid with another start time is another process, and is not opened", () => {
  const { child, pid, startTicks } = sleeper();
  try {
    const opened = openPidfd({ pid, startTicks: startTicks - 1 });
    assert.equal(opened.ok ? "" : opened.code, "SW-GUARD-GONE");
  } finally {
    child.kill("SIGKILL");
  }
});

test("a pid that does not exist is gone", () => {
  const opened = openPidfd({ pid: 2 ** 22 - 1, startTicks: 1 });
  assert.equal(opened.ok ? "" : opened.code, "SW-GUARD-GONE");
});

test("a closed handle signals nobody", () => {
  const opened = openPidfd({ pid: process.pid, startTicks: readProcessStat(process.pid)?.startTicks ?? 0 });
  assert.ok(opened.ok);
  opened.value.close();
  opened.value.close();
  assert.equal(opened.value.signal(15).ok, false);
});
