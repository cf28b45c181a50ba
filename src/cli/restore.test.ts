import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock } from "../core/clock.ts";
import { openJournal } from "../guard/journal/journal.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { layerIn, stateOf, swarms } from "./command-line.fixture.ts";

test("root believes the journal, not what the layer says that it did", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const { state } = await layerIn(t, false);
  const stat = readProcessStat(process.pid);
  writeFileSync(join(state, "warden.json"), JSON.stringify({ warden: process.pid, startTicks: stat?.startTicks }));
  const way = `the warden is process ${process.pid}: \`kill -TERM ${process.pid}\` ends the layer`;
  const undone = await swarms(["undo", "c-0002", "--state", state]);
  assert.deepEqual([undone.code, undone.out], [74, ""]);
  assert.ok(undone.err.includes(`took c-0002 back, but the journal holds no revert of it; ${way}`), undone.err);
  const restored = await swarms(["restore", "--state", state]);
  assert.deepEqual([restored.code, restored.out], [74, ""]);
  assert.ok(restored.err.includes(`holds open c-0002 (cpu.idle of /swarms-none); ${way}`), restored.err);
});

test("a layer that keeps silent is not called absent, and restore says who can be ended", async (t) => {
  const state = stateOf(t);
  const silent = createServer();
  await new Promise<void>((resolve) => void silent.listen(join(state, "hive/api.sock"), resolve));
  t.after(() => silent.close());
  const journal = openJournal(join(state, "journal"), { clock: systemClock });
  assert.ok(journal.ok);
  t.after(() => journal.value.close());
  const status = await swarms(["status", "--state", state]);
  assert.equal(status.code, 69);
  assert.match(status.err, /^SW-NO-ANSWER: a layer is there, but it does not answer\n/);
  if (process.getuid?.() !== 0) return;
  const restored = await swarms(["restore", "--state", state]);
  assert.deepEqual([restored.code, restored.out], [69, ""]);
  assert.match(restored.err, /^SW-NO-ANSWER.*\n {2}nothing was put back .*; no living warden is known here\n/);
});

test("restore without a layer needs root, and as root finds nothing to do", async (t) => {
  const state = stateOf(t);
  if (process.getuid?.() !== 0) {
    assert.equal((await swarms(["restore", "--state", state])).code, 77);
    return;
  }
  const mistyped = await swarms(["restore", "--state", state]);
  assert.equal(mistyped.code, 66);
  assert.match(mistyped.err, /there is no journal at/);
  mkdirSync(join(state, "journal"));
  const { code, out } = await swarms(["restore", "--state", state]);
  assert.equal(code, 0);
  const verified = await swarms(["journal", "verify", "--state", state]);
  assert.match(verified.out, /^nothing to verify: the journal is empty/);
  assert.match(out, /^nothing to put back/);
});
