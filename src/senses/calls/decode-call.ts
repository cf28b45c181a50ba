import type { CallEvent, EventBase } from "../../core/event.ts";
import type { StringCache } from "../decode-strings.ts";

/**
 * A call record (bpf/calls.h) of `size` bytes at `at`, whose head is decoded already; undefined where its fields are
 * impossible. Whatever the bytes: never throws, and reads nothing outside of [at, at + size).
 */
export function decodeCall(
  _code: number,
  _base: EventBase,
  _records: Uint8Array,
  _view: DataView,
  _at: number,
  _size: number,
  _strings: StringCache,
): CallEvent | undefined {
  return undefined;
}
