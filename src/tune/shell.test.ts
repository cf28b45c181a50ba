import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { probeTools } from "../lab/crew.ts";
import { runShell, type ShellOptions } from "./shell.ts";

function options(t: TestContext, change: Partial<ShellOptions> = {}): ShellOptions {
  const cwd = mkdtempSync(join(tmpdir(), "swarms-tune-"));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  return { cwd, timeoutMs: 10_000, tools: probeTools(), ...change };
}

async function isGone(pidFile: string): Promise<boolean> {
  const pid = readFileSync(pidFile, "utf8").trim();
  for (let waited = 0; waited < 100; waited++) {
    // A process that nobody has waited for yet has ended all the same.
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
    if (stat === "" || stat.includes(") Z ")) return true;
    await sleep(20);
  }
  return false;
}

test("gives what was printed, the seconds, and why it failed with the last line of its complaint", async (t) => {
  const well = await runShell('echo "$X" | rev; sleep 0.05', options(t, { env: { X: "abc" } }));
  assert.deepEqual([well.ok, well.stdout, well.says], [true, "cba\n", ""]);
  assert.ok(well.seconds >= 0.05 && well.seconds < 9);
  const badly = await runShell("echo first >&2; echo why >&2; exit 4", options(t));
  assert.deepEqual([badly.ok, badly.says], [false, "it failed with status 4: why"]);
  assert.match((await runShell("kill -TERM $$", options(t))).says, /^it was ended by SIGTERM/);
});

test("too long or interrupted: every process of it is ended", async (t) => {
  const late = options(t, { timeoutMs: 300 });
  const command = "sleep 30 & echo $! > child; wait";
  assert.equal((await runShell(command, late)).says, "it took longer than 0.3 s");
  assert.ok(await isGone(join(late.cwd, "child")));

  const stop = new AbortController();
  const broken = options(t, { signal: stop.signal, onRunning: (ref) => ref && setTimeout(() => stop.abort(), 200) });
  assert.equal((await runShell(command, broken)).says, "it was interrupted");
  assert.ok(await isGone(join(broken.cwd, "child")));
});

test("what it leaves in the background does not hold it up", async (t) => {
  const result = await runShell("sleep 5 & echo $! > child; echo 7", options(t));
  assert.deepEqual([result.ok, result.stdout], [true, "7\n"]);
  assert.ok(result.seconds < 4);
});

test("of a flood of output the end is kept", async (t) => {
  const result = await runShell("head -c 5000000 /dev/zero | tr '\\0' x; echo; echo 42", options(t));
  assert.ok(result.ok && result.stdout.endsWith("x\n42\n") && result.stdout.length <= 1 << 20);
});
