import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeFromWarden, encodeEvents, encodeMessage } from "./codec.ts";
import { decodeFromHive } from "./from-hive.ts";
import { encodeFrame, FrameReader, MAX_FRAME, type Frame } from "./frame.ts";
import { MESSAGE, type FromHive } from "./messages.ts";

const proposal: FromHive["propose"] = {
  id: "p-1",
  agent: "reflex",
  kind: "cpu.idle",
  target: "w:/batch",
  value: 1,
  leaseMs: 10_000,
  reason: "service waits",
  evidence: [],
};

function readAll(chunks: readonly Uint8Array[]): Frame[] {
  const reader = new FrameReader();
  return chunks.flatMap((chunk) => {
    const frames = reader.push(chunk);
    assert.ok(frames.ok);
    return frames.value.map((frame) => ({ type: frame.type, payload: frame.payload.slice() }));
  });
}

test("frames come out as they went in, however the stream is cut", () => {
  const frame = fc.record(
    { type: fc.integer({ min: 0, max: 255 }), payload: fc.uint8Array({ maxLength: 300 }) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 97 })), (frames, cuts) => {
      const stream = new Uint8Array(frames.flatMap((each) => [...encodeFrame(each.type, each.payload)]));
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const cut of cuts) {
        chunks.push(stream.slice(at, at + cut));
        at += cut;
      }
      chunks.push(stream.slice(at));
      assert.deepEqual(readAll(chunks), frames);
    }),
  );
});

test("a frame that comes byte by byte is joined once, not at each byte", () => {
  const frame = encodeFrame(7, new Uint8Array(200_000).fill(9));
  const reader = new FrameReader();
  const bytes = Array.from({ length: frame.length }, (_, at) => frame.subarray(at, at + 1));
  const all = bytes.flatMap((byte) => {
    const frames = reader.push(byte);
    assert.ok(frames.ok);
    return frames.value;
  });
  // Joined at each byte, this would copy 20 GB.
  assert.deepEqual(
    all.map(({ type, payload }) => [type, payload.length]),
    [[7, 200_000]],
  );
});

test("a length outside the bounds breaks the stream for good, before anything is buffered", () => {
  for (const length of [0, MAX_FRAME + 1, 0xffff_ffff]) {
    const reader = new FrameReader();
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, length, true);
    assert.equal(reader.push(header).ok, false);
    assert.equal(reader.push(encodeFrame(1, new Uint8Array(1))).ok, false);
  }
});

test("what the hive says passes the schema or is refused with a reason, never thrown on", () => {
  const bytes = (body: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(body));
  const decode = (body: unknown) => decodeFromHive({ type: MESSAGE.propose, payload: bytes(body) });
  assert.equal(decode(proposal).ok, true);
  const wrong: unknown[] = [
    { ...proposal, kind: "rm" },
    { ...proposal, value: "1" },
    { ...proposal, value: null },
    { ...proposal, extra: 1 },
    { ...proposal, id: "x".repeat(65) },
    { ...proposal, target: "x".repeat(5000) },
    { ...proposal, leaseMs: 0 },
    { ...proposal, evidence: Array.from({ length: 33 }, () => ({})) },
    null,
    [],
    "propose",
  ];
  for (const body of wrong) assert.equal(decode(body).ok, false, JSON.stringify(body)?.slice(0, 80));
  assert.equal(decodeFromHive({ type: MESSAGE.hello, payload: bytes({}) }).ok, false);
});

test("random bytes and random JSON from the hive never throw", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 500 }), (type, payload) => {
      decodeFromHive({ type, payload });
      decodeFromWarden({ type, payload });
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(MESSAGE)), fc.jsonValue(), (type, value) => {
      decodeFromHive({ type, payload: new TextEncoder().encode(JSON.stringify(value)) });
    }),
    { numRuns: 2000 },
  );
});

test("a message keeps its meaning over the wire, events stay bytes", () => {
  const [frame] = readAll([encodeMessage("propose", proposal)]);
  assert.deepEqual(decodeFromHive(frame!), { ok: true, value: { name: "propose", body: proposal } });
  const [events] = readAll([encodeEvents(new Uint8Array([1, 2, 3]))]);
  assert.deepEqual(decodeFromWarden(events!), { ok: true, value: { name: "events", body: new Uint8Array([1, 2, 3]) } });
});
