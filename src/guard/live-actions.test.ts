import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { ActionKind } from "../core/action.ts";
import { FakeClock } from "../core/clock.ts";
import { processKey } from "../core/entity.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { actuatorOf } from "./actuators/actuators.ts";
import { Guard } from "./guard.ts";
import { assertApplied, assertRefused, configOf, proposal } from "./guard.fixture.ts";
import { openJournal } from "./journal/journal.ts";
import { cpuTicks, liveGroup, type LiveGroup } from "./live.fixture.ts";
import { restoreFromJournal } from "./restore.ts";

interface Live extends LiveGroup {
  readonly guard: Guard;
  readonly clock: FakeClock;
  restore(): readonly boolean[];
}

/** A guard over a live group, in which these kinds are named. */
async function live(t: TestContext, kinds: readonly ActionKind[]): Promise<Live | undefined> {
  const group = await liveGroup(t);
  if (group === undefined) return undefined;
  const root = mkdtempSync(join(tmpdir(), "swarms-live-"));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));
  const [clock, folder] = [new FakeClock(), join(root, "journal")];
  const opened = openJournal(folder, { clock });
  assert.ok(opened.ok, opened.ok ? "" : opened.says);
  const actions = Object.fromEntries(kinds.map((kind) => [kind, { mode: "enforce" }]));
  const budget = { shareOfScope: 1, killShareOfScope: 1 };
  const config = configOf({ scope: [group.cgroup], actions, budget });
  const self = { pids: () => [readProcessStat(process.pid) ?? { pid: process.pid, startTicks: 0 }] };
  const guard = new Guard({ config, fs: group.fs, procRoot: "/proc", clock, journal: opened.value, self });
  const restore = (): readonly boolean[] => {
    opened.value.close();
    const restored = restoreFromJournal({ folder, fs: group.fs, clock, cause: "warden-lost" });
    assert.ok(restored.ok, restored.ok ? "" : restored.says);
    return restored.value.map(({ written }) => written);
  };
  return { ...group, guard, clock, restore };
}

function stateOf({ fs, cgroup }: LiveGroup, kind: ActionKind): string {
  const raw = actuatorOf(kind).read(fs, cgroup);
  return raw.ok ? raw.value : raw.says;
}

for (const [kind, value] of [
  ["cpu.max", 50],
  ["sched.nice", 10],
  ["sched.slice", 20_000],
  ["memory.high", 512],
  ["io.weight", 50],
] as const) {
  test(`on the kernel: ${kind} is applied, renewed, and gone with its lease, or by a restore after a crash`, async (t) => {
    const at = await live(t, [kind]);
    if (at === undefined) return;
    const found = actuatorOf(kind).probe(at.fs, at.cgroup);
    if (!found.ok) return t.skip(found.says);
    const before = stateOf(at, kind);
    const ask = () => at.guard.decide(proposal(kind, `w:${at.cgroup}`, value));
    assertApplied(ask());
    assert.equal(ask().outcome, "renewed");
    assert.notEqual(stateOf(at, kind), before);
    at.clock.advance(60_000);
    assert.deepEqual(
      at.guard.expire().map(({ written }) => written),
      [true],
    );
    assert.equal(stateOf(at, kind), before);
    assertApplied(ask());
    assert.deepEqual(at.restore(), [true]);
    assert.equal(stateOf(at, kind), before);
  });
}

test("on the kernel: a quota is what a group gets", async (t) => {
  const at = await live(t, ["cpu.max"]);
  if (at === undefined) return;
  assertApplied(at.guard.decide(proposal("cpu.max", `w:${at.cgroup}`, 10)));
  const ticks = cpuTicks(at.pid);
  await pause(1000);
  const used = cpuTicks(at.pid) - ticks;
  // A tenth of a second is ten ticks; without the quota it would be up to a hundred.
  assert.ok(used <= 25, `${used} ticks`);
});

test("on the kernel: a task that somebody else gave another nice value keeps it, the others go back", async (t) => {
  const at = await live(t, ["sched.nice"]);
  if (at === undefined) return;
  assertApplied(at.guard.decide(proposal("sched.nice", `w:${at.cgroup}`, 5)));
  const set = at.fs.host.tasks?.set(at.pid, { policy: 0, nice: 7, sliceNs: 0 });
  assert.ok(set?.ok);
  assertRefused(at.guard.decide(proposal("sched.nice", `w:${at.cgroup}`, 5)), "SW-GUARD-YIELD");
  const now = at.fs.host.tasks?.get(at.pid);
  assert.deepEqual(now?.ok && now.value.nice, 7);
});

test("on the kernel: a process is ended through its pidfd, and one of another start time is not", async (t) => {
  const at = await live(t, ["kill.process"]);
  const stat = at && readProcessStat(at.pid);
  if (at === undefined || stat === undefined) return;
  const other = processKey({ pid: stat.pid, startTicks: stat.startTicks + 1 });
  assertRefused(at.guard.decide(proposal("kill.process", other, 1)), "SW-GUARD-GONE");
  assert.equal(readProcessStat(at.pid)?.state === "Z", false);
  assertApplied(at.guard.decide(proposal("kill.process", processKey(stat), 1)));
  assert.ok([undefined, "Z", "X"].includes(readProcessStat(at.pid)?.state));
  assert.deepEqual(at.restore(), []);
});

test("on the kernel: a group is ended with all that it forks, and is not left frozen", async (t) => {
  const at = await live(t, ["kill.cgroup"]);
  if (at === undefined) return;
  const decision = assertApplied(at.guard.decide(proposal("kill.cgroup", `w:${at.cgroup}`, 1)));
  assert.match(decision.says, /every process of the group has ended/);
  assert.equal(stateOf(at, "freeze"), "0");
  assert.deepEqual(at.guard.leases(), []);
  assert.deepEqual(at.restore(), []);
});

test("on the kernel: what is cut from the network and refused is open again after the lease, and journaled", async (t) => {
  const at = await live(t, ["net.deny", "exec.kill", "exec.deny"]);
  const stat = at && readProcessStat(at.pid);
  if (at === undefined || stat === undefined) return;
  const probes = (["net.deny", "exec.kill", "exec.deny"] as const).map((kind) =>
    actuatorOf(kind).probe(at.fs, at.cgroup),
  );
  const missing = probes.find((found) => !found.ok);
  if (missing?.ok === false) return t.skip(missing.says);
  const cut = at.guard.decide(proposal("net.deny", processKey(stat), 2));
  if (cut.says.includes("cannot load")) return t.skip(cut.says);
  assertApplied(cut);
  assertApplied(at.guard.decide(proposal("exec.kill", processKey(stat), 1)));
  assertApplied(at.guard.decide(proposal("exec.deny", processKey(stat), 1)));
  const refused = `${at.file.dev}:${at.file.ino}`;
  assert.deepEqual(
    (["net.deny", "exec.kill", "exec.deny"] as const).map((kind) => stateOf(at, kind)),
    ["all but loopback", refused, refused],
  );
  at.clock.advance(3_600_000);
  assert.deepEqual(
    at.guard.expire().map(({ written }) => written),
    [true, true, true],
  );
  assert.deepEqual(
    (["net.deny", "exec.kill", "exec.deny"] as const).map((kind) => stateOf(at, kind)),
    ["open", "none", "none"],
  );
});

test("what the layer itself or pid 1 runs cannot be refused", async (t) => {
  const at = await live(t, ["exec.kill"]);
  if (at === undefined) return;
  const own = actuatorOf("exec.kill").prepare?.(at.fs, 1, {
    cgroup: at.cgroup,
    config: configOf({}),
    process: { pid: process.pid, startTicks: 0 },
  });
  assert.equal(own?.ok === false && own.code, "SW-GUARD-PROTECTED");
});

test("on the kernel: sysctls of a network namespace of its own are set and put back", (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const script = `
    const { CgroupFs } = await import(${JSON.stringify(import.meta.resolve("../kernel/cgroup-fs.ts"))});
    const { ACTUATORS } = await import(${JSON.stringify(import.meta.resolve("./actuators/actuators.ts"))});
    const fs = new CgroupFs({ v2: undefined, cpu: undefined, memory: undefined, freezer: undefined, shape: "none" });
    for (const [kind, value] of [["sysctl.net.core.somaxconn", 777], ["sysctl.net.ipv4.tcp_slow_start_after_idle", 0]]) {
      const actuator = ACTUATORS[kind];
      const before = actuator.read(fs, "/");
      const applied = actuator.apply(fs, "/", String(value), before.value);
      const after = actuator.read(fs, "/");
      const restored = actuator.restore(fs, "/", before.value);
      console.log(kind, applied.ok, after.value === String(value), restored.ok, actuator.read(fs, "/").value === before.value);
    }`;
  const before = readFileSync("/proc/sys/net/core/somaxconn", "utf8");
  const run = spawnSync("unshare", ["--net", process.execPath, "--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 60_000,
  });
  if (run.error !== undefined) return t.skip("needs unshare of util-linux");
  assert.deepEqual(
    run.stdout.trim().split("\n"),
    ["sysctl.net.core.somaxconn true true true true", "sysctl.net.ipv4.tcp_slow_start_after_idle true true true true"],
    run.stderr,
  );
  assert.equal(readFileSync("/proc/sys/net/core/somaxconn", "utf8"), before);
});
