import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FakeClock } from "../core/clock.ts";
import { ok } from "../core/errors.ts";
import { noEvents } from "../core/event-kinds.ts";
import { encodeFrame } from "../core/wire/frame.ts";
import { MESSAGE } from "../core/wire/messages.ts";
import { execRecord } from "../senses/records.fixture.ts";
import { openRecording } from "./recording/reader.ts";
import { inMemory, RecordedHost } from "./recording/story.fixture.ts";
import { RecordingWriter } from "./recording/writer.ts";
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
  host.events(execRecord({}).subarray(0, 40));
  host.fetches(8080);
  const report = replayed(host.recording());
  assert.deepEqual([report.damagedRecords, report.events.exec], [2, 2]);
});

/** The same frames with one of them replaced, under seals that are right. */
function forged(bytes: Uint8Array, at: number, change: (type: number, payload: Uint8Array) => Uint8Array): Uint8Array {
  const opened = openRecording(inMemory(bytes));
  assert.ok(opened.ok);
  const parts: Uint8Array[] = [];
  const writer = new RecordingWriter((part) => ok(void parts.push(part)), new FakeClock(), "forger");
  const entries = [...opened.value.entries()];
  for (const [index, { type, payload }] of entries.entries()) {
    writer.add(encodeFrame(type, index === at % entries.length ? change(type, payload) : payload));
  }
  writer.end();
  return Buffer.concat(parts);
}

const EXTREMES = ["0", "-1", "1e308", "null", '"x"', "[]", "{}", "4194304", "9007199254740993", '"\\u001b[2J"'];

test("a recording that somebody forged under right seals is replayed or refused, and never throws", () => {
  const host = new RecordedHost();
  host.fetches(80);
  host.sensed();
  host.drops();
  const bytes = host.recording();
  const forge = fc.tuple(
    fc.nat(),
    fc.nat(),
    fc.constantFrom(...EXTREMES),
    fc.uint8Array({ minLength: 1, maxLength: 9 }),
  );
  fc.assert(
    fc.property(forge, ([at, place, extreme, noise]) => {
      const report = replay(
        inMemory(
          forged(bytes, at, (type, payload) => {
            const out = new Uint8Array(payload);
            if (type === MESSAGE.events) out.set(noise, place % (out.length - noise.length));
            if (type === MESSAGE.events) return out;
            const text = Buffer.from(payload).toString();
            const values = [...text.matchAll(/(?<=:)(?:\d+|"[^"]*"|true|false|\[\])(?=[,}])/g)];
            const value = values[place % values.length];
            if (value === undefined) return out;
            return Buffer.from(text.slice(0, value.index) + extreme + text.slice(value.index + value[0].length));
          }),
        ),
      );
      assert.ok(report.ok);
    }),
    { numRuns: 200 },
  );
});

test("what a recorded host's own guard said is counted, and does not reach agents that never asked", () => {
  const host = story();
  const plain = replayed(host.recording());
  const other = story();
  other.decides();
  const report = replayed(other.recording());
  assert.deepEqual([report.decisions, report.frames["reverted"], report.frames["leases"]], [1, 1, 1]);
  assert.deepEqual(report.incidents, plain.incidents);
});

test("events found in procfs are replayed as they are", () => {
  const host = new RecordedHost();
  host.sensed();
  assert.deepEqual(replayed(host.recording()).events, { ...noEvents(), exec: 1, fork: 1, exit: 1, connect: 1 });
});
