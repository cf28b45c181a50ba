import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { listThreads, type ProcessStat, readProcessStat } from "../kernel/procfs.ts";
import { configOf } from "./guard.fixture.ts";
import { liveGroup } from "./live.fixture.ts";
import { membersOf } from "./members.ts";
import { checkProtected } from "./protection.ts";

/** A process that its own id does not show as running: its first thread has ended. */
async function leaderless(t: TestContext): Promise<ProcessStat> {
  const script = join(import.meta.dirname, "leaderless.fixture.ts");
  const child = spawn(process.execPath, [script], { stdio: "ignore" });
  t.after(async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });
  const pid = child.pid ?? 0;
  for (let look = 0; look < 500 && readProcessStat(pid)?.state !== "Z"; look++) await pause(20);
  const stat = readProcessStat(pid);
  assert.ok(stat?.state === "Z" && (listThreads(pid)?.length ?? 0) > 1);
  return stat;
}

test("on the kernel: a process whose first thread has ended is seen, and judged by what its others run", async (t) => {
  const live = await liveGroup(t);
  if (live === undefined) return;
  const { fs, cgroup } = live;
  const stat = await leaderless(t);
  for (const controller of ["freezer", "cpu"] as const) {
    const child = join(fs.dir(controller, cgroup) ?? "", "child");
    mkdirSync(child);
    try {
      writeFileSync(join(child, "cgroup.procs"), String(stat.pid));
      const members = membersOf(fs, "/proc", controller, `${cgroup}/child`);
      assert.deepEqual(members.ok && members.value.pids, [stat.pid], controller);
      const verdict = (executables: string[], own: ProcessStat[]): string => {
        const config = configOf({ protect: { executables } });
        const world = { config, procRoot: "/proc", own, stillThere: () => true };
        const checked = checkProtected(world, { groups: [], pids: [stat.pid] });
        return checked.ok ? "" : checked.says;
      };
      assert.match(verdict([], [stat]), /belongs to the layer/);
      assert.match(verdict([process.execPath], []), /runs /);
      assert.equal(verdict(["/bin/sh"], []), "");
    } finally {
      writeFileSync(join(fs.dir(controller, "/") ?? "", "cgroup.procs"), String(stat.pid));
      rmdirSync(child);
    }
  }
});

test("on the kernel: a group whose name is no text hides nothing: what holds it is refused", async (t) => {
  const live = await liveGroup(t);
  if (live === undefined) return;
  const { fs, cgroup, pid } = live;
  const own = Buffer.from(`${fs.dir("freezer", cgroup)}/`);
  const child = Buffer.concat([own, Buffer.from([0xff, 0xfe])]);
  mkdirSync(child);
  try {
    writeFileSync(Buffer.concat([child, Buffer.from("/cgroup.procs")]), String(pid));
    const members = membersOf(fs, "/proc", "freezer", cgroup);
    assert.equal(members.ok ? "" : members.code, "SW-GUARD-PROTECTED");
    assert.match(members.ok ? "" : members.says, /not UTF-8/);
  } finally {
    writeFileSync(Buffer.concat([own, Buffer.from("cgroup.procs")]), String(pid));
    rmdirSync(child);
  }
});
