import assert from "node:assert/strict";
import { test } from "node:test";
import { execRecord } from "../senses/records.fixture.ts";
import { inMemory, RecordedHost } from "./recording/story.fixture.ts";
import { replay, type ReplayReport } from "./replay.ts";

function replayed(bytes: Uint8Array): ReplayReport {
  const report = replay(inMemory(bytes));
  assert.ok(report.ok, report.ok ? "" : report.says);
  return report.value;
}

function story(): RecordedHost {
  const host = new RecordedHost();
  for (let i = 0; i < 40; i++) {
    host.fetches(8080);
    if (i % 5 === 0) host.flush();
  }
  host.drops();
  return host;
}

test("a recorded dropper is one incident with its lineage and a proposal, told as on the recorded host", () => {
  const report = replayed(story().recording());
  assert.equal(report.damage, null);
  assert.equal(report.incidents.length, 1);
  const [incident] = report.incidents;
  assert.match(incident?.says ?? "", /^payload \(\d+\), started by node \(50\), does not fit/);
  assert.deepEqual(
    incident?.lineage.map((step) => step.comm),
    ["payload", "node", "systemd"],
  );
  assert.deepEqual(
    report.proposals.kinds.map(({ kind, target, incident: id }) => [kind, target, id]),
    [["freeze", incident?.entity, incident?.id]],
  );
  assert.deepEqual(report.events, { ...report.events, exec: 84, fork: 84, exit: 83, connect: 42 });
  // Times are the recorded host's, not today's.
  assert.ok(Math.abs((incident?.atMs ?? 0) - 1_700_000_020_000) < 10_000);
});

test("twice the same recording is twice the same report, to the byte, ids included", () => {
  const bytes = story().recording();
  assert.equal(JSON.stringify(replayed(bytes)), JSON.stringify(replayed(bytes)));
  assert.match(replayed(bytes).incidents[0]?.id ?? "", /^i-/);
});

test("a recording of the same without the dropper raises nothing", () => {
  const host = new RecordedHost();
  for (let i = 0; i < 40; i++) host.fetches(8080);
  const report = replayed(host.recording());
  assert.deepEqual([report.incidents, report.proposals.total], [[], 0]);
});

test("a cut recording tells what came before the cut, and where it ends", () => {
  const host = story();
  host.flush();
  const whole = host.recording();
  // Without its end, as after kill -9: nothing is lost but the certainty that this is all.
  const killed = replayed(whole.subarray(0, whole.length - 20));
  assert.equal(killed.incidents.length, 1);
  assert.match(killed.damage?.says ?? "", /^chunk \d+ at byte \d+: cut at byte \d+; the recording has no end$/);
  const half = replayed(whole.subarray(0, whole.length >> 1));
  assert.equal(half.incidents.length, 0);
  assert.ok(half.events.exec > 10 && half.damage !== null);
});

test("records of the kernel that are damaged are counted, and the rest is replayed", () => {
  const host = new RecordedHost();
  const broken = execRecord({ pid: 0 });
  host.events(broken);
  host.fetches(8080);
  const report = replayed(host.recording());
  assert.deepEqual([report.damagedRecords, report.events.exec], [1, 2]);
});
