import type { EventBase, SequenceEvent } from "../../core/event.ts";
import { u64 } from "../decode-exec.ts";
import { CALL_BITS, CALLS, FILE, SEQUENCE, TOLD } from "./records.ts";

const MASK = (1n << BigInt(CALL_BITS)) - 1n;
const FULL = 1n << BigInt(CALLS * CALL_BITS);

/** A `struct sequence_record` behind its head; undefined where it cannot be right. */
export function decodeSequence(base: EventBase, view: DataView, at: number, size: number): SequenceEvent | undefined {
  if (size !== SEQUENCE.bytes) return undefined;
  const told = TOLD[view.getUint32(at + SEQUENCE.told, true)];
  if (told === undefined) return undefined;
  const file = at + SEQUENCE.file;
  const recent = view.getBigUint64(at + SEQUENCE.recent, true);
  const older = (recent & FULL) === 0n ? [] : unpacked(view.getBigUint64(at + SEQUENCE.older, true), CALLS);
  // The calls before the first were none: zeros.
  const first = older.findIndex((call) => call !== 0);
  return {
    ...base,
    kind: "sequence",
    told,
    exe: { dev: view.getUint32(file + FILE.dev, true), ino: u64(view, file + FILE.ino) },
    changeMs: u64(view, file + FILE.change_ms),
    calls: [...(first < 0 ? [] : older.slice(first)), ...unpacked(recent, lengthOf(recent))],
    mean: view.getUint32(at + SEQUENCE.mean, true) / 65_536,
    windows: view.getUint32(at + SEQUENCE.windows, true),
    misses: view.getUint32(at + SEQUENCE.misses, true),
  };
}

/** The oldest first. */
function unpacked(word: bigint, calls: number): number[] {
  return Array.from({ length: calls }, (_, at) => Number((word >> BigInt((calls - 1 - at) * CALL_BITS)) & MASK));
}

/** Calls below the marking bit: bpf/sequence.h. */
function lengthOf(recent: bigint): number {
  let calls = 0;
  while (calls < CALLS && recent >> BigInt((calls + 1) * CALL_BITS) !== 0n) calls++;
  return calls;
}
