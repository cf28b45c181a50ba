import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { SensedEvent } from "../core/event.ts";
import { RING_BUSY, RING_HEADER_BYTES } from "../core/wire/ring-format.ts";
import { RecordDecoder } from "./decode.ts";
import { decode } from "./decoded.fixture.ts";
import { connectRecord, execRecord, exitRecord, forkRecord } from "./records.fixture.ts";
import { EXEC, HEAD } from "./records.ts";
import { ringRegion } from "./ring-records.fixture.ts";
import { Sequences } from "./sequence.ts";

test("a record with impossible fields is left out, counted, and the next one is read", () => {
  const after = exitRecord({ pid: 5 }, 0);
  const unknownKind = exitRecord({}, 0);
  new DataView(unknownKind.buffer).setUint16(RING_HEADER_BYTES + HEAD.kind, 7, true);
  const wrongSize = exitRecord({}, 0);
  new DataView(wrongSize.buffer).setUint16(RING_HEADER_BYTES + HEAD.size, 72, true);
  const wrong = [
    unknownKind,
    wrongSize,
    ringRegion([new Uint8Array(HEAD.bytes - 8)]),
    exitRecord({ pid: 0 }, 0),
    exitRecord({ pid: 2 ** 23 }, 0),
    connectRecord({}, 5, [], 1),
    forkRecord({}, 0, 0n),
  ];
  for (const record of wrong) {
    const { events, damaged } = decode(record, after);
    assert.equal(damaged, 1);
    assert.deepEqual(
      events.map((event) => event.process.pid),
      [5],
    );
  }
});

test("a header that cannot be right ends the batch", () => {
  const record = exitRecord({}, 0);
  new DataView(record.buffer).setUint32(0, RING_BUSY, true);
  assert.deepEqual(decode(record, exitRecord({}, 0)), { events: [], damaged: 1 });
});

test("numbers that are missing between records are told, also where a record itself makes no sense", () => {
  const sequences = new Sequences();
  const numbered = [3n, 4n, 9n].map((seq) => exitRecord({ seq, pid: seq === 4n ? 0 : 5 }, 0));
  assert.equal(new RecordDecoder(sequences).decode(Buffer.concat(numbered), () => undefined).damaged, 1);
  assert.deepEqual(sequences.of("exit"), { received: 3, gaps: 4 });
});

test("the beginning of a record waits for the rest of it", () => {
  const [whole, cut] = [exitRecord({}, 0), exitRecord({}, 0).subarray(0, 50)];
  const events: SensedEvent[] = [];
  const decoded = new RecordDecoder().decode(Buffer.concat([whole, cut]), (event) => events.push(event));
  assert.deepEqual([decoded, events.length], [{ damaged: 0, consumed: whole.length }, 1]);
});

test("texts that claim more than their record are left out, whichever of them does", () => {
  for (const field of [EXEC.path_len, EXEC.exe_len, EXEC.cwd_len, EXEC.interp_len, EXEC.cgroup_len, EXEC.argv_len]) {
    const record = execRecord({}, { exePath: "/bin/true" });
    new DataView(record.buffer).setUint16(RING_HEADER_BYTES + field, 400, true);
    const { events, damaged } = decode(record, exitRecord({ comm: "next" }, 0));
    assert.deepEqual([events.map((event) => event.comm), damaged], [["next"], 1]);
  }
});

const anyRecord = fc.oneof(
  fc.record({ pid: fc.nat(), path: fc.string() }).map(({ pid, path }) => execRecord({ pid }, { path })),
  fc.nat().map((pid) => forkRecord({ pid }, pid, 1n)),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => connectRecord({}, 6, [...bytes], 1)),
);

test("no bytes make it throw, and every sound event is printable and bounded", () => {
  const mangled = fc
    .tuple(
      fc.array(anyRecord, { maxLength: 5 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
      fc.nat(),
    )
    .map(([records, edits, cut]) => {
      const bytes = Buffer.concat(records);
      for (const [at, value] of edits) if (bytes.length > 0) bytes[at % bytes.length] = value;
      return bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut % (bytes.length + 1) : 0));
    });
  const decoder = new RecordDecoder();
  fc.assert(
    fc.property(fc.oneof(mangled, fc.uint8Array({ maxLength: 2000 })), (bytes) => {
      const { damaged } = decoder.decode(bytes, (event) => {
        assert.ok(event.process.pid > 0 && Number.isSafeInteger(event.process.startTicks));
        assert.doesNotMatch(event.comm, /[\x00-\x1f\x7f]/);
        if (event.kind === "exec") assert.doesNotMatch(event.path, /[\x00-\x1f\x7f]/);
      });
      assert.ok(Number.isInteger(damaged) && damaged >= 0);
    }),
    { seed: 7, numRuns: 2000 },
  );
});
