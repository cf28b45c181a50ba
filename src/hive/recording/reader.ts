import { inflateSync } from "node:zlib";
import { failed, ok, type ErrorCode, type Result } from "../../core/errors.ts";
import { decodeEntries, type Entry } from "./entry.ts";
import { LIMITS, NO_SEAL, sealOf, SIZES } from "./format.ts";
import { decodeHeader, readPrelude, type RecordingHeader } from "./header.ts";

/** Bytes of a file or of memory; fewer than asked for only at the end. */
export interface ByteSource {
  read(at: number, length: number): Result<Uint8Array>;
}

/** Why, and from where on, a recording cannot be read. Everything before holds. */
export interface Damage {
  readonly code: ErrorCode;
  readonly says: string;
  /** The first is 1. */
  readonly chunk: number;
  /** Where in the file the chunk begins. */
  readonly atByte: number;
}

/** An entry with the chunk that holds it. */
export type LocatedEntry = Entry & Pick<Damage, "chunk" | "atByte">;

export interface Recording {
  readonly header: RecordingHeader;
  /** Every entry in front of the damage, and then the damage, if there is one. Reads one chunk at a time. */
  entries(): Generator<LocatedEntry, Damage | undefined>;
}

/** SW-RECORDING-DAMAGED, SW-RECORDING-VERSION, SW-RECORDING-READ: nothing can be read. Whatever the bytes are, nothing throws. */
export function openRecording(source: ByteSource): Result<Recording> {
  const prelude = source.read(0, SIZES.prelude);
  if (!prelude.ok) return prelude;
  const length = readPrelude(prelude.value);
  if (!length.ok) return length;
  const rest = source.read(SIZES.prelude, length.value + SIZES.seal);
  if (!rest.ok) return rest;
  const json = rest.value.subarray(0, length.value);
  const seal = rest.value.subarray(length.value);
  if (rest.value.length < length.value + SIZES.seal)
    return failed("SW-RECORDING-DAMAGED", `cut at byte ${SIZES.prelude + rest.value.length}, within the header`);
  if (Buffer.compare(seal, sealOf(NO_SEAL, prelude.value, json)) !== 0)
    return failed("SW-RECORDING-DAMAGED", "byte 0: the header was changed, its checksum does not match");
  const header = decodeHeader(json);
  if (!header.ok) return header;
  const from = SIZES.prelude + rest.value.length;
  return ok({ header: header.value, entries: () => readChunks(source, from, seal) });
}

function* readChunks(
  source: ByteSource,
  from: number,
  firstSeal: Uint8Array,
): Generator<LocatedEntry, Damage | undefined> {
  let [at, seal, lastMs] = [from, firstSeal, 0];
  for (let chunk = 1; ; chunk++) {
    const damage = (says: string, code: ErrorCode = "SW-RECORDING-DAMAGED"): Damage => ({
      code,
      says: `chunk ${chunk} at byte ${at}: ${says}`,
      chunk,
      atByte: at,
    });
    const packed = readChunk(source, at, seal);
    if (!packed.ok) return damage(packed.says, packed.code);
    const { body, next } = packed.value;
    if (body.length === 0) {
      const after = source.read(next, 1);
      return after.ok && after.value.length > 0 ? damage(`bytes follow the end at byte ${next}`) : undefined;
    }
    const bytes = unpack(body);
    if (bytes === undefined) return damage("it cannot be unpacked within its bounds");
    for (const entry of decodeEntries(bytes, lastMs)) {
      if (entry === undefined) return damage("an entry in it cannot be right");
      lastMs = entry.monoMs;
      yield { ...entry, chunk, atByte: at };
    }
    seal = packed.value.seal;
    at = next;
  }
}

interface Chunk {
  /** Empty at the end of the recording. */
  readonly body: Uint8Array;
  readonly seal: Uint8Array;
  readonly next: number;
}

function readChunk(source: ByteSource, at: number, sealBefore: Uint8Array): Result<Chunk> {
  const cut = (end: number): Result<Chunk> =>
    failed("SW-RECORDING-DAMAGED", `cut at byte ${end}; the recording has no end`);
  const head = source.read(at, SIZES.length);
  if (!head.ok) return head;
  if (head.value.length < SIZES.length) return cut(at + head.value.length);
  const length = new DataView(head.value.buffer, head.value.byteOffset).getUint32(0, true);
  if (length > LIMITS.packed) return failed("SW-RECORDING-DAMAGED", `it claims to be ${length} bytes long`);
  const rest = source.read(at + SIZES.length, length + SIZES.seal);
  if (!rest.ok) return rest;
  const next = at + SIZES.length + rest.value.length;
  if (rest.value.length < length + SIZES.seal) return cut(next);
  const body = rest.value.subarray(0, length);
  const seal = rest.value.subarray(length);
  if (Buffer.compare(seal, sealOf(sealBefore, head.value, body)) !== 0)
    return failed("SW-RECORDING-DAMAGED", "it was changed, its checksum does not match");
  return ok({ body, seal, next });
}

function unpack(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(packed, { maxOutputLength: LIMITS.unpacked });
  } catch {
    return undefined;
  }
}
