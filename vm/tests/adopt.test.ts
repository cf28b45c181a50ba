import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { ADOPTED } from "../../src/core/adopted.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { assertApplied, assertRefused, configOf, proposal } from "../../src/guard/guard.fixture.ts";
import { Guard } from "../../src/guard/guard.ts";
import { openJournal } from "../../src/guard/journal/journal.ts";
import { readProcessStat } from "../../src/kernel/procfs.ts";
import { elsewhere, fs, groupOf } from "./machine.fixture.ts";

/** A process of a program of its own, no descendant of this one. */
async function stray(t: TestContext, program: string): Promise<number> {
  const starter = spawn("setsid", ["--fork", program, "-c", "echo $$; while :; do sleep 600; done"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const pid = Number(String((await once(starter.stdout, "data"))[0]).trim());
  t.after(() => {
    // With the `sleep` that it waits for: setsid(1) made them a group.
    process.kill(-pid, "SIGKILL");
    starter.stdout.destroy();
  });
  for (let look = 0; look < 2000 && readProcessStat(pid)?.ppid === starter.pid; look++) await pause(10);
  return pid;
}

function guardOf(t: TestContext, folder: string, scope: string, program: string): Guard {
  const clock = new FakeClock();
  const journal = openJournal(join(folder, "journal"), { clock });
  assert.ok(journal.ok, journal.ok ? "" : journal.says);
  const config = configOf({
    mode: "enforce",
    scope: [scope],
    actions: { adopt: { mode: "enforce" } },
    workloads: [{ name: "shop", match: { executable: program }, kind: "latency" }],
  });
  const self = { pids: () => [readProcessStat(process.pid) ?? { pid: process.pid, startTicks: 0 }] };
  const guard = new Guard({ config, fs, procRoot: "/proc", clock, journal: journal.value, self });
  t.after(() => {
    guard.revertAll("shutdown");
    journal.value.close();
  });
  return guard;
}

for (const busy of [0, 1])
  test(`a subtree that holds ${busy === 0 ? "no process takes" : "processes itself takes no"} adopted ones, and hands on controllers only meanwhile`, async (t) => {
    if (elsewhere(t)) return;
    const folder = mkdtempSync(join(tmpdir(), "swarms-adopt-"));
    t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
    const program = join(folder, "shop");
    copyFileSync("/bin/sh", program);
    const { path, dir } = await groupOf(t, busy);
    const pid = await stray(t, program);
    const groupOfStray = (): string => readFileSync(`/proc/${pid}/cgroup`, "utf8");
    const handsOn = (): string => readFileSync(join(dir, "cgroup.subtree_control"), "utf8").trim();
    const before = groupOfStray();
    assert.equal(handsOn(), "");
    const guard = guardOf(t, folder, path, program);
    const decision = guard.decide(proposal("adopt", `w:${path}`, 1));
    if (busy > 0) assertRefused(decision, "SW-GUARD-KNOB");
    else {
      const { action } = assertApplied(decision);
      assert.equal(groupOfStray().trim(), `0::${path}/${ADOPTED}/shop`);
      assert.ok(fs.read("cpu", `${path}/${ADOPTED}/shop`, "cpu.weight").ok, "it has knobs of its own");
      assert.match(handsOn(), /\bcpu\b.*\bmemory\b/);
      assert.ok(guard.undo(action, "the test").ok);
    }
    assert.deepEqual([groupOfStray(), handsOn(), fs.children("cpu", path)], [before, "", []]);
    assert.deepEqual(guard.leases(), []);
  });
