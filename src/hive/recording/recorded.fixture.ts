import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock } from "../../core/clock.ts";
import { ok, type Result } from "../../core/errors.ts";
import { encodeFrame } from "../../core/wire/frame.ts";
import { MAGIC, NO_SEAL, sealOf, u32 } from "./format.ts";
import { encodeHeader } from "./header.ts";
import { type ByteSource, type Damage, type LocatedEntry, openRecording } from "./reader.ts";
import { inMemory } from "./story.fixture.ts";
import { RecordingWriter } from "./writer.ts";

export interface Step {
  readonly type: number;
  readonly payload: Uint8Array;
  readonly afterMs: number;
  readonly flush: boolean;
}

export const steps = fc.array(
  fc.record({
    type: fc.integer({ min: 0, max: 255 }),
    payload: fc.uint8Array({ maxLength: 300 }),
    afterMs: fc.integer({ min: 0, max: 10_000 }),
    flush: fc.boolean(),
  }),
  { maxLength: 12 },
);

export function written(all: readonly Step[], sink: (bytes: Uint8Array) => Result<void>): RecordingWriter {
  const clock = new FakeClock(1_700_000_000_000, 7.25);
  const writer = new RecordingWriter(sink, clock, "swarms test");
  for (const { type, payload, afterMs, flush } of all) {
    clock.advance(afterMs);
    writer.add(encodeFrame(type, payload));
    if (flush) writer.flush();
  }
  return writer;
}

export function recorded(all: readonly Step[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = written(all, (bytes) => ok(void parts.push(bytes)));
  assert.ok(writer.end().ok);
  const bytes = Buffer.concat(parts);
  assert.equal(writer.bytes, bytes.length);
  return bytes;
}

export interface Read {
  readonly entries: readonly LocatedEntry[];
  readonly damage: Pick<Damage, "code" | "says"> | undefined;
}

export function read(from: Uint8Array | ByteSource): Read {
  const opened = openRecording(from instanceof Uint8Array ? inMemory(from) : from);
  if (!opened.ok) return { entries: [], damage: opened };
  const entries: LocatedEntry[] = [];
  for (const reading = opened.value.entries(); ;) {
    const next = reading.next();
    if (next.done === true) return { entries, damage: next.value };
    entries.push(next.value);
  }
}

export const bare = (entries: readonly LocatedEntry[]): unknown[] =>
  entries.map(({ type, payload, monoMs, wallMs }) => [type, Buffer.from(payload).toString("hex"), monoMs, wallMs]);

/** A recording whose seals are right, whatever is in it. */
export function sealed(chunks: readonly Uint8Array[], lengths: readonly number[] = []): Uint8Array {
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

/** A recording that is whole, with another header. */
export function headed(version: number, header: unknown): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const prelude = new Uint8Array(encodeHeader("", 0).bytes).slice(0, 16);
  new DataView(prelude.buffer).setUint16(MAGIC.length, version, true);
  new DataView(prelude.buffer).setUint32(12, json.length, true);
  return Buffer.concat([prelude, json, sealOf(NO_SEAL, prelude, json)]);
}
