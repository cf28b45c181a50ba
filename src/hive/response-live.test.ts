import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { FakeClock } from "../core/clock.ts";
import { modeFor } from "../core/config.ts";
import { type ActionKind, specOf } from "../core/action.ts";
import { processKey } from "../core/entity.ts";
import { ACTUATORS } from "../guard/actuators/actuators.ts";
import { Guard } from "../guard/guard.ts";
import { configOf } from "../guard/guard.fixture.ts";
import { openJournal } from "../guard/journal/journal.ts";
import { cpuTicks, liveGroup, type LiveGroup } from "../guard/live.fixture.ts";
import { FakeHost } from "../immune/scenes/context.fixture.ts";
import { depositDanger } from "../immune/evidence/danger.ts";
import { QuorumAgent } from "../immune/quorum/quorum.ts";
import { readProcessStat } from "../kernel/procfs.ts";

interface Scene extends LiveGroup {
  readonly guard: Guard;
  readonly host: FakeHost;
  accuse(kind: string, weight: number): void;
  state(kind: "cpu.max" | "freeze"): string;
}

/** A real group with a busy process, the real guard, and the agent that responds; only its evidence is made up. */
async function scene(t: TestContext): Promise<Scene | undefined> {
  const group = await liveGroup(t);
  if (group === undefined) return undefined;
  const root = mkdtempSync(join(tmpdir(), "swarms-response-"));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));
  const clock = new FakeClock();
  const opened = openJournal(join(root, "journal"), { clock });
  assert.ok(opened.ok, opened.ok ? "" : opened.says);
  const actions = { "cpu.max": { mode: "enforce" } } as const;
  const config = configOf({ mode: "enforce", actions, scope: [group.cgroup], budget: { shareOfScope: 1 } });
  const self = { pids: () => [readProcessStat(process.pid) ?? { pid: process.pid, startTicks: 0 }] };
  const guard = new Guard({ config, fs: group.fs, procRoot: "/proc", clock, journal: opened.value, self });
  t.after(() => guard.revertAll("shutdown"));
  const modeOf = (kind: ActionKind) => modeFor(config, specOf(kind).colony, kind);
  const host = new FakeHost([new QuorumAgent({ leaseMs: 300_000, modeOf, cpus: 2 })]);
  const stat = readProcessStat(group.pid);
  assert.ok(stat);
  const entity = processKey(stat);
  let answered = 0;
  return {
    ...group,
    guard,
    host,
    accuse(kind, weight) {
      depositDanger(host.context(), { agent: kind, kind, entity, weight, says: `${kind} says so`, numbers: {} });
      host.settle();
      for (; answered < host.proposals.length; answered++) {
        const asked = host.proposals[answered];
        if (asked !== undefined) host.decide(guard.decide(asked));
      }
    },
    state(kind) {
      const raw = ACTUATORS[kind].read(group.fs, group.cgroup);
      return raw.ok ? ACTUATORS[kind].describe(group.fs, raw.value) : raw.says;
    },
  };
}

test("on the kernel: hints give a process a quota, strong evidence freezes it, and a person's undo is the end of it", async (t) => {
  const live = await scene(t);
  if (live === undefined) return;
  assert.deepEqual([live.state("cpu.max"), live.state("freeze")], ["no limit", "running"]);
  live.accuse("lineage", 1);
  live.accuse("destination", 0.3);
  live.accuse("name", 0.3);
  assert.deepEqual([live.state("cpu.max"), live.state("freeze")], ["25 % of a CPU", "running"]);
  live.accuse("fresh-file", 0.9);
  assert.equal(live.state("freeze"), "frozen");
  const frozenAt = cpuTicks(live.pid);
  await pause(300);
  assert.equal(cpuTicks(live.pid), frozenAt, "stands still");
  const frozen = live.guard.leases().find(({ kind }) => kind === "freeze");
  assert.ok(frozen);
  assert.ok(live.guard.undo(frozen.action, "a test").ok);
  live.host.revert(frozen.action, "undo");
  assert.equal(live.state("freeze"), "running");
  for (const kind of ["lineage", "fresh-file", "destination", "hidden"]) live.accuse(kind, 1);
  assert.deepEqual(
    live.host.proposals.map(({ kind }) => kind),
    ["cpu.max", "freeze"],
  );
  for (const { action } of live.guard.leases()) assert.ok(live.guard.undo(action, "a test").ok);
  assert.equal(live.state("cpu.max"), "no limit");
  for (let waited = 0; cpuTicks(live.pid) === frozenAt && waited < 5000; waited += 50) await pause(50);
  assert.ok(cpuTicks(live.pid) > frozenAt, "goes on");
});
