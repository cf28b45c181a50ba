import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { FakeClock } from "../core/clock.ts";
import { processKey } from "../core/entity.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { ACTUATORS } from "./actuators/actuators.ts";
import { Guard } from "./guard.ts";
import { assertApplied, assertRefused, configOf, proposal } from "./guard.fixture.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import { cpuTicks, liveGroup, type LiveGroup } from "./live.fixture.ts";
import { restoreFromJournal } from "./restore.ts";

interface Live extends LiveGroup {
  readonly guard: Guard;
  readonly clock: FakeClock;
  readonly folder: string;
  readonly journal: Journal;
}

async function liveGuard(t: TestContext): Promise<Live | undefined> {
  const group = await liveGroup(t);
  if (group === undefined) return undefined;
  const root = mkdtempSync(join(tmpdir(), "swarms-live-"));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));
  const [clock, folder] = [new FakeClock(), join(root, "journal")];
  const opened = openJournal(folder, { clock });
  assert.ok(opened.ok, opened.ok ? "" : opened.says);
  const config = configOf({ mode: "enforce", scope: [group.cgroup], budget: { shareOfScope: 1 } });
  const self = { pids: () => [readProcessStat(process.pid) ?? { pid: process.pid, startTicks: 0 }] };
  const guard = new Guard({ config, fs: group.fs, procRoot: "/proc", clock, journal: opened.value, self });
  return { ...group, guard, clock, folder, journal: opened.value };
}

function states({ fs, cgroup }: LiveGroup): string[] {
  return (["cpu.weight", "cpu.idle", "freeze"] as const).map((kind) => {
    const raw = ACTUATORS[kind].read(fs, cgroup);
    return raw.ok ? raw.value : raw.says;
  });
}

test("on the kernel: weight, idle and freeze are applied, read back, and expire to the very same state", async (t) => {
  const live = await liveGuard(t);
  if (live === undefined) return;
  const before = states(live);
  for (const [kind, value] of [
    ["cpu.weight", 10],
    ["cpu.idle", 1],
    ["freeze", 1],
  ] as const) {
    assertApplied(live.guard.decide(proposal(kind, `w:${live.cgroup}`, value)));
    assert.equal(live.guard.decide(proposal(kind, `w:${live.cgroup}`, value)).outcome, "renewed");
  }
  assert.equal(live.guard.decide(proposal("cpu.weight", `w:${live.cgroup}`, 10)).outcome, "renewed", "masked by idle");
  assert.notDeepEqual(states(live), before);
  live.clock.advance(10_000);
  assert.deepEqual(
    live.guard.expire().map((each) => each.written),
    [true, true, true],
  );
  assert.deepEqual(states(live), before);
});

test("on the kernel: a frozen process stands still and goes on after the undo", async (t) => {
  const live = await liveGuard(t);
  if (live === undefined) return;
  const stat = readProcessStat(live.pid);
  assert.ok(stat);
  const { action, cgroup } = assertApplied(live.guard.decide(proposal("freeze", processKey(stat), 1)));
  assert.equal(cgroup, live.cgroup);
  const ticks = cpuTicks(live.pid);
  await pause(150);
  assert.equal(cpuTicks(live.pid), ticks);
  assert.ok(live.guard.undo(action, "the test").ok);
  for (let look = 0; look < 100 && cpuTicks(live.pid) === ticks; look++) await pause(20);
  assert.ok(cpuTicks(live.pid) > ticks);
});

test("on the kernel: a reused pid, a group outside the scope and one with the layer in it are refused", async (t) => {
  const live = await liveGuard(t);
  if (live === undefined) return;
  const stat = readProcessStat(live.pid);
  assert.ok(stat);
  const other = { pid: stat.pid, startTicks: stat.startTicks + 1 };
  assertRefused(live.guard.decide(proposal("freeze", processKey(other), 1)), "SW-GUARD-GONE");
  assertRefused(live.guard.decide(proposal("freeze", "w:/", 1)), "SW-GUARD-SCOPE");
  const own = readProcessStat(process.pid);
  assert.ok(own);
  assertRefused(live.guard.decide(proposal("freeze", processKey(own), 1)), "SW-GUARD-SCOPE");
  const parented = new Guard({
    config: configOf({ mode: "enforce", scope: [live.cgroup], budget: { shareOfScope: 1 } }),
    fs: live.fs,
    procRoot: "/proc",
    clock: live.clock,
    journal: live.journal,
    self: { pids: () => [stat] },
  });
  assertRefused(parented.decide(proposal("freeze", `w:${live.cgroup}`, 1)), "SW-GUARD-PROTECTED");
});

test("on the kernel: a restore from the journal takes back what a dead guard left", async (t) => {
  const live = await liveGuard(t);
  if (live === undefined) return;
  const before = states(live);
  for (const [kind, value] of [
    ["cpu.weight", 10],
    ["cpu.idle", 1],
    ["freeze", 1],
  ] as const)
    assertApplied(live.guard.decide(proposal(kind, `w:${live.cgroup}`, value)));
  live.journal.close();
  const restored = restoreFromJournal({ folder: live.folder, fs: live.fs, clock: live.clock, cause: "warden-lost" });
  assert.deepEqual(restored.ok && restored.value.map((each) => each.written), [true, true, true]);
  assert.deepEqual(states(live), before);
});
