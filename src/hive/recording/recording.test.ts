import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { failed, ok } from "../../core/errors.ts";
import { encodeFrame, MAX_FRAME } from "../../core/wire/frame.ts";
import { MESSAGE } from "../../core/wire/messages.ts";
import { snapshotProcesses } from "../../senses/snapshot.ts";
import { writesEvents } from "../../senses/writes-events.ts";
import { bare, read, recorded, type Step, steps, written } from "./recorded.fixture.ts";
import { checkRecorded } from "./schema.ts";

test("any frames in are the same frames out, with their times", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { entries, damage } = read(recorded(all));
      assert.equal(damage, undefined);
      let sinceMs = 0;
      const expected = all.map(({ type, payload, afterMs }) => {
        sinceMs += afterMs;
        return [type, Buffer.from(payload).toString("hex"), 7.25 + sinceMs, 1_700_000_000_000 + sinceMs];
      });
      assert.deepEqual(bare(entries), expected);
    }),
    { numRuns: 100 },
  );
});

test("what procfs shows of processes is recorded with everything that it says", () => {
  const seen = snapshotProcesses({ procRoot: "/proc" });
  const checked = checkRecorded({ type: MESSAGE.seen, payload: new TextEncoder().encode(JSON.stringify(seen)) });
  assert.ok(seen.length > 0);
  assert.deepEqual(checked, { ok: true, value: { name: "seen", body: seen } });
});

test("counts of writes are recorded as they are told", () => {
  const who = { pid: 9, startTicks: 7, comm: "tar", uid: 0, cgroupId: 1, cpuCgroupId: 1 };
  const told = writesEvents([{ ...who, calls: 3, bytes: 2 ** 33, truncations: 1, sampled: 2, random: 1 }], 5e9, 1000);
  const checked = checkRecorded({ type: MESSAGE.sensed, payload: new TextEncoder().encode(JSON.stringify(told)) });
  assert.deepEqual(checked, { ok: true, value: { name: "sensed", body: told } });
});

test("a frame larger than the wire allows is left out and counted; times never run backwards", () => {
  const parts: Uint8Array[] = [];
  const writer = written([], (bytes) => ok(void parts.push(bytes)));
  assert.ok(writer.add(encodeFrame(3, new Uint8Array(MAX_FRAME))).ok);
  assert.ok(writer.add(encodeFrame(3, new Uint8Array(MAX_FRAME - 1))).ok);
  assert.equal(writer.oversized, 1);
  writer.end();
  assert.equal(read(Buffer.concat(parts)).entries.length, 1);
});

test("a disk that is full ends the recording once, and what was written is still read", () => {
  const parts: Uint8Array[] = [];
  let calls = 0;
  const step: Step = { type: 3, payload: new Uint8Array(100), afterMs: 1, flush: true };
  const writer = written([step, step, step, step], (bytes) => {
    if (++calls > 3) return failed("SW-RECORDING-WRITE", "no space");
    return ok(void parts.push(bytes));
  });
  assert.equal(calls, 4);
  assert.equal(writer.end().ok, false);
  assert.equal(calls, 4);
  const { entries, damage } = read(Buffer.concat(parts));
  assert.deepEqual([entries.length, damage?.code], [2, "SW-RECORDING-DAMAGED"]);
});
