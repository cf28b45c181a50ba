import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { knobSchema, specsOf } from "../core/plugin-knobs.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { actuatorOf } from "./actuators/actuators.ts";
import { Guard } from "./guard.ts";
import { assertApplied, configOf, proposal } from "./guard.fixture.ts";
import { openJournal } from "./journal/journal.ts";
import { liveGroup } from "./live.fixture.ts";
import { restoreFromJournal } from "./restore.ts";

const KIND = "knob.memory.swap.max";
const MIB = 1 << 20;

test("a plugin's knob is turned on this kernel, and put back from the journal by whoever has no plugin", async (t) => {
  const at = await liveGroup(t);
  if (at === undefined) return;
  const { fs, cgroup } = at;
  const state = (): string => {
    const raw = actuatorOf(KIND).read(fs, cgroup);
    return raw.ok ? raw.value : raw.says;
  };
  const there = actuatorOf(KIND).probe(fs, cgroup);
  if (!there.ok) return t.skip(there.says);
  const root = mkdtempSync(join(tmpdir(), "swarms-knob-"));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));
  const [clock, folder] = [new FakeClock(), join(root, "journal")];
  const journal = openJournal(folder, { clock });
  assert.ok(journal.ok, journal.ok ? "" : journal.says);
  const row = { file: "memory.swap.max", of: "batch", says: "swap", min: 0, max: 1024 * MIB, levels: [64 * MIB] };
  const config = configOf({ mode: "enforce", scope: [cgroup], actions: { [KIND]: { mode: "enforce" } } });
  const self = { pids: () => [readProcessStat(process.pid) ?? { pid: process.pid, startTicks: 0 }] };
  const knobs = specsOf([knobSchema.parse(row)]);
  const guard = new Guard({ config, knobs, fs, procRoot: "/proc", clock, journal: journal.value, self });
  const before = state();
  assertApplied(guard.decide(proposal(KIND, `w:${cgroup}`, 64 * MIB)));
  assert.equal(state(), String(64 * MIB));
  journal.value.close();
  const restored = restoreFromJournal({ folder, fs, clock, cause: "warden-lost" });
  assert.deepEqual(restored.ok && restored.value.map(({ written }) => written), [true]);
  assert.equal(state(), before);
});
