import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { encodeFrame } from "../../core/wire/frame.ts";
import { replay } from "../replay.ts";
import { encodeEntry } from "./entry.ts";
import { LIMITS, MAGIC } from "./format.ts";
import { encodeHeader } from "./header.ts";
import type { ByteSource } from "./reader.ts";
import { bare, read, recorded, sealed, steps } from "./recorded.fixture.ts";
import { checkRecorded } from "./schema.ts";
import { inMemory, RecordedHost } from "./story.fixture.ts";

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
