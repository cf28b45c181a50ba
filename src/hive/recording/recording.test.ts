import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { FakeClock } from "../../core/clock.ts";
import { ERRORS, failed, ok, type Result } from "../../core/errors.ts";
import { encodeFrame, MAX_FRAME } from "../../core/wire/frame.ts";
import { MESSAGE } from "../../core/wire/messages.ts";
import { snapshotProcesses } from "../../senses/snapshot.ts";
import { writesEvents } from "../../senses/writes-events.ts";
import { replay } from "../replay.ts";
import { encodeEntry } from "./entry.ts";
import { LIMITS, MAGIC, NO_SEAL, sealOf, u32, VERSION } from "./format.ts";
import { encodeHeader } from "./header.ts";
import { LAYOUT } from "./layout.ts";
import { type ByteSource, type Damage, type LocatedEntry, openRecording } from "./reader.ts";
import { checkRecorded } from "./schema.ts";
import { inMemory, RecordedHost } from "./story.fixture.ts";
import { RecordingWriter } from "./writer.ts";

interface Step {
  readonly type: number;
  readonly payload: Uint8Array;
  readonly afterMs: number;
  readonly flush: boolean;
}

const steps = fc.array(
  fc.record({
    type: fc.integer({ min: 0, max: 255 }),
    payload: fc.uint8Array({ maxLength: 300 }),
    afterMs: fc.integer({ min: 0, max: 10_000 }),
    flush: fc.boolean(),
  }),
  { maxLength: 12 },
);

function written(all: readonly Step[], sink: (bytes: Uint8Array) => Result<void>): RecordingWriter {
  const clock = new FakeClock(1_700_000_000_000, 7.25);
  const writer = new RecordingWriter(sink, clock, "swarms test");
  for (const { type, payload, afterMs, flush } of all) {
    clock.advance(afterMs);
    writer.add(encodeFrame(type, payload));
    if (flush) writer.flush();
  }
  return writer;
}

function recorded(all: readonly Step[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = written(all, (bytes) => ok(void parts.push(bytes)));
  assert.ok(writer.end().ok);
  const bytes = Buffer.concat(parts);
  assert.equal(writer.bytes, bytes.length);
  return bytes;
}

interface Read {
  readonly entries: readonly LocatedEntry[];
  readonly damage: Pick<Damage, "code" | "says"> | undefined;
}

function read(from: Uint8Array | ByteSource): Read {
  const opened = openRecording(from instanceof Uint8Array ? inMemory(from) : from);
  if (!opened.ok) return { entries: [], damage: opened };
  const entries: LocatedEntry[] = [];
  for (const reading = opened.value.entries(); ;) {
    const next = reading.next();
    if (next.done === true) return { entries, damage: next.value };
    entries.push(next.value);
  }
}

const bare = (entries: readonly LocatedEntry[]): unknown[] =>
  entries.map(({ type, payload, monoMs, wallMs }) => [type, Buffer.from(payload).toString("hex"), monoMs, wallMs]);

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

test("any cut leaves a beginning of what was recorded, and an error that says where", () => {
  fc.assert(
    fc.property(steps, fc.nat(), (all, anywhere) => {
      const bytes = recorded(all);
      const { entries } = read(bytes);
      const cut = anywhere % bytes.length;
      const part = read(bytes.subarray(0, cut));
      assert.deepEqual(bare(part.entries), bare(entries.slice(0, part.entries.length)));
      // Nothing whole is given up: the first missing entry's chunk was not all there.
      const lost = entries[part.entries.length];
      const nextChunk = entries.find((entry) => entry.chunk > (lost?.chunk ?? 0))?.atByte ?? bytes.length - 20;
      assert.ok(lost === undefined || cut < nextChunk);
      assert.equal(part.damage?.code, "SW-RECORDING-DAMAGED");
      assert.match(part.damage?.says ?? "", cut === 0 ? /^byte 0: / : new RegExp(`cut at byte ${cut}\\b`));
    }),
    { numRuns: 300 },
  );
});

test("any flipped byte is found and located; what is in front of its chunk is read, and nothing after", () => {
  fc.assert(
    fc.property(steps, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, anywhere, flip) => {
      const bytes = recorded(all);
      const { entries } = read(bytes);
      const at = anywhere % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      const part = read(bytes);
      assert.match(part.damage?.code ?? "", /^SW-RECORDING-(DAMAGED|VERSION)$/);
      assert.match(part.damage?.says ?? "", /byte \d/);
      const before = entries.filter((entry) => entry.chunk < (entries.findLast((e) => e.atByte <= at)?.chunk ?? 0));
      assert.ok(part.entries.length >= before.length);
      assert.deepEqual(bare(part.entries), bare(entries.slice(0, part.entries.length)));
      assert.ok(part.entries.every((entry) => entry.atByte <= at));
    }),
    { numRuns: 300 },
  );
});

test("a chunk that is left out, moved, or put in from elsewhere is found", () => {
  const host = new RecordedHost();
  const chunks = [0, 1, 2].map(() => (host.fetches(80), host.flush()));
  assert.equal(chunks.length, 3);
  const bytes = host.recording();
  const { entries } = read(bytes);
  const at = [...new Set(entries.map((entry) => entry.atByte))];
  const [first = 0, second = 0, third = 0, fourth = 0] = at;
  const part = (from: number, to?: number): Uint8Array => bytes.subarray(from, to);
  const without = Buffer.concat([part(0, second), part(third)]);
  const moved = Buffer.concat([part(0, second), part(third, fourth), part(second, third), part(fourth)]);
  const twice = Buffer.concat([part(0, second), part(first, second), part(second)]);
  const longer = Buffer.concat([bytes, part(first, second)]);
  for (const wrong of [without, moved, twice]) {
    const { damage } = read(wrong);
    assert.match(damage?.says ?? "", new RegExp(`^chunk 2 at byte ${second}: it was changed`));
  }
  assert.match(read(longer).damage?.says ?? "", /bytes follow the end/);
});

/** A recording whose seals are right, whatever is in it. */
function sealed(chunks: readonly Uint8Array[], lengths: readonly number[] = []): Uint8Array {
  const header = encodeHeader("swarms test", 0);
  const parts = [header.bytes];
  let { seal } = header;
  for (const [index, body] of chunks.entries()) {
    const length = u32(lengths[index] ?? body.length);
    seal = sealOf(seal, length, body);
    parts.push(length, body, seal);
  }
  return Buffer.concat([...parts, u32(0), sealOf(seal, u32(0))]);
}

test("hostile lengths neither read nor unpack more than the bounds", () => {
  const asked: number[] = [];
  const bytes = sealed([new Uint8Array(8)], [0xffff_ffff]);
  const counting: ByteSource = { read: (at, length) => (asked.push(length), inMemory(bytes).read(at, length)) };
  assert.match(read(counting).damage?.says ?? "", /^chunk 1 at byte \d+: it claims to be 4294967295/);
  assert.ok(Math.max(...asked) <= LIMITS.packed);
  // 64 MB of zeros in 64 KB.
  assert.match(read(sealed([deflateSync(new Uint8Array(64 << 20))])).damage?.says ?? "", /cannot be unpacked/);
  const longHeader = new Uint8Array(encodeHeader("", 0).bytes);
  new DataView(longHeader.buffer).setUint32(MAGIC.length + 4, 0xffff_ffff, true);
  assert.match(read(longHeader).damage?.says ?? "", /^byte 10: the header is damaged/);
});

test("times that run backwards, or are none, are damage", () => {
  const at = (monoMs: number, wallMs = 0): Uint8Array => encodeEntry(monoMs, wallMs, encodeFrame(3, new Uint8Array(0)));
  for (const wrong of [at(4), at(NaN), at(Infinity), at(6, NaN), at(6, -1), at(6, 1e300)]) {
    const { entries, damage } = read(sealed([deflateSync(Buffer.concat([at(5), at(5)])), deflateSync(wrong)]));
    assert.deepEqual([entries.length, damage?.says.split(":")[1]], [2, " an entry in it cannot be right"]);
  }
});

test("chunks that hold no entries, frames that no hive is sent and bodies of the wrong shape end the replay there", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
      const { entries, damage } = read(sealed([deflateSync(body)]));
      assert.ok(body.length === 0 || damage !== undefined || entries.length > 0);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.json(), (type, json) => {
      checkRecorded({ type, payload: new TextEncoder().encode(json) });
      checkRecorded({ type, payload: new Uint8Array([0xff, type]) });
    }),
  );
  const hostile = JSON.stringify([
    {
      process: { pid: 2, startTicks: 1 },
      parent: { pid: 1, startTicks: 1 },
      uid: 0,
      comm: "\u001b[2J",
      path: "/x",
      exe: { dev: 0, ino: 0 },
      cgroup: "",
    },
  ]);
  const seen = checkRecorded({ type: 2, payload: new TextEncoder().encode(hostile) });
  assert.match(seen.ok ? "" : seen.says, /^seen: 0\.comm /);
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

test("a replay needs a hello first, and only one; what came before is told", () => {
  const noHello = recorded([{ type: 3, payload: new Uint8Array(0), afterMs: 0, flush: false }]);
  const report = replay(inMemory(noHello));
  assert.match((report.ok && report.value.damage?.says) || "", /entry 1: events where hello is due$/);
  const host = new RecordedHost();
  host.fetches(80);
  host.hello();
  host.fetches(80);
  const twice = replay(inMemory(host.recording()));
  assert.ok(twice.ok);
  assert.match(twice.value.damage?.says ?? "", /: hello where the hive runs already$/);
  assert.equal(twice.value.events.exec, 2);
});

/** A recording that is whole, with another header. */
function headed(version: number, header: unknown): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const prelude = new Uint8Array(encodeHeader("", 0).bytes).slice(0, 16);
  new DataView(prelude.buffer).setUint16(MAGIC.length, version, true);
  new DataView(prelude.buffer).setUint32(12, json.length, true);
  return Buffer.concat([prelude, json, sealOf(NO_SEAL, prelude, json)]);
}

test("records laid out differently by another version are not read wrongly", () => {
  for (const layout of [{ ...LAYOUT, exec: "0123456789abcdef" }, { ...LAYOUT, more: "" }, {}]) {
    const { damage } = read(headed(VERSION, { made: "swarms 9", atMs: 0, layout }));
    assert.equal(damage?.code, "SW-RECORDING-VERSION");
    assert.match(damage.says, /^swarms 9 laid kernel records out differently \(\w/);
  }
  // The right one reaches its first chunk.
  assert.match(read(headed(VERSION, { made: "x", atMs: 0, layout: LAYOUT })).damage?.says ?? "", /^chunk 1 /);
});

test("a recording of the first format is told from a damaged one, and what to do about it", () => {
  const { damage } = read(headed(1, { made: "swarms 0.1.0", atMs: 0, records: { exec: [1, 376] } }));
  assert.deepEqual(
    [damage?.code, damage?.says],
    ["SW-RECORDING-VERSION", "byte 8: format 1, and this version reads 2 only"],
  );
  assert.match(ERRORS["SW-RECORDING-VERSION"].todo, /with the version that made it/);
});

test("every table that the decoder reads records by is in the fingerprint", () => {
  for (const part of [
    "head",
    "exec",
    "fork",
    "exit record",
    "connect",
    "ring",
    "codes",
    "call",
    "call fd",
    "call table",
  ])
    assert.match(LAYOUT[part] ?? "", /^[0-9a-f]{16}$/, part);
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
