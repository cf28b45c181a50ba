import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listThreads, readProcessStat } from "../kernel/procfs.ts";
import { ACTUATORS } from "./actuators/actuators.ts";
import { cgroupOf } from "./target.ts";
import { liveGroup } from "./live.fixture.ts";

test("framing, on the kernel: a thread is no process, so that nobody is met by one of his threads", async (t) => {
  const live = await liveGroup(t);
  if (live === undefined) return;
  const { fs, cgroup } = live;
  const child = spawn(process.execPath, ["-e", "console.log(1); setInterval(() => {}, 1000)"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const pid = child.pid ?? 0;
  const ended = once(child, "exit");
  try {
    await once(child.stdout, "data");
    writeFileSync(join(fs.dir("freezer", cgroup) ?? "", "cgroup.procs"), String(pid));
    const tids = (listThreads(pid) ?? []).filter((tid) => tid !== pid);
    assert.ok(tids.length > 0);
    const own = readProcessStat(pid);
    assert.deepEqual(own && cgroupOf(fs, "/proc", ACTUATORS.freeze, own), { ok: true, value: cgroup });
    for (const tid of tids) {
      const stat = readProcessStat(tid);
      assert.ok(stat !== undefined, "the kernel shows a thread like a process");
      const found = cgroupOf(fs, "/proc", ACTUATORS.freeze, stat);
      assert.equal(found.ok ? "" : found.code, "SW-GUARD-SCOPE");
      assert.equal(fs.host.processes?.kill(stat, 0).ok, false, "and opens no descriptor for it");
    }
    assert.equal(child.exitCode ?? child.signalCode, null);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
});
