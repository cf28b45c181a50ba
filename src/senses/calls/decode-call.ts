import { EVENT_CODES, type CallEvent, type CallKind, type EventBase } from "../../core/event.ts";
import { CALL_KINDS } from "../../core/event-kinds.ts";
import type { StringCache } from "../decode-strings.ts";
import { CALL_TABLE, kindsOf } from "./call-table.ts";
import { addressAt, fdAt, socketAt, unixPath } from "./decode-fd.ts";
import {
  CALL,
  CALL_ADDRESS,
  CALL_BYTES_MAX,
  CALL_FD,
  CALL_SOCKET,
  ENTRIES,
  PART,
  PARTS_ALL,
  TEXT_MAX,
  UNIX_PATH_MAX,
} from "./records.ts";

const KIND_OF: readonly (CallKind | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  CALL_KINDS.find((kind) => EVENT_CODES[kind] === code),
);
/** By row number, which begins at 1: the call's name and which codes its records can have. */
const ROWS = CALL_TABLE.map((row) => ({
  call: row.call,
  codes: new Set<number>(kindsOf(row).map((kind) => EVENT_CODES[kind])),
}));

/**
 * A call record (bpf/calls.h) of `size` bytes at `at`, whose head is decoded already; undefined where its fields are
 * impossible. Whatever the bytes: never throws, and reads nothing outside of [at, at + size).
 */
export function decodeCall(
  code: number,
  base: EventBase,
  records: Uint8Array,
  view: DataView,
  at: number,
  size: number,
  strings: StringCache,
): CallEvent | undefined {
  if (size < CALL.bytes || size > CALL_BYTES_MAX || size % 8 !== 0) return undefined;
  const kind = KIND_OF[code];
  const row = ROWS[view.getUint8(at + CALL.row) - 1];
  const entry = ENTRIES[view.getUint8(at + CALL.entry)];
  const parts = view.getUint8(at + CALL.parts);
  if (kind === undefined || row === undefined || !row.codes.has(code) || entry === undefined) return undefined;
  if ((parts & ~PARTS_ALL) !== 0 || (parts & (PART.fd | PART.socket)) === PART.socket) return undefined;

  const pathLength = view.getUint16(at + CALL.path_len, true);
  const path2Length = view.getUint16(at + CALL.path2_len, true);
  const fdPathLength = view.getUint16(at + CALL.fd_path_len, true);
  const socketPathLength = view.getUint8(at + CALL.socket_path_len);
  const addressPathLength = view.getUint8(at + CALL.address_path_len);
  const fdPart = at + CALL.bytes + Math.ceil(pathLength / 8) * 8;
  const socketPart = fdPart + ((parts & PART.fd) === 0 ? 0 : CALL_FD.bytes);
  const addressPart = socketPart + ((parts & PART.socket) === 0 ? 0 : CALL_SOCKET.bytes);
  const path2At = addressPart + ((parts & PART.address) === 0 ? 0 : CALL_ADDRESS.bytes);
  const fdPathAt = path2At + path2Length;
  const socketPathAt = fdPathAt + fdPathLength;
  const addressPathAt = socketPathAt + socketPathLength;
  if (Math.max(pathLength, path2Length, fdPathLength) > TEXT_MAX) return undefined;
  if (Math.max(socketPathLength, addressPathLength) > UNIX_PATH_MAX) return undefined;
  if (Math.ceil((addressPathAt + addressPathLength - at) / 8) * 8 !== size) return undefined;

  const socket =
    (parts & PART.socket) === 0
      ? undefined
      : socketAt(records, view, socketPart, unixPath(records, socketPathAt, socketPathLength, strings));
  const fd =
    (parts & PART.fd) === 0
      ? undefined
      : fdAt(view, fdPart, strings.exact(records, view, fdPathAt, fdPathLength), socket);
  const address =
    (parts & PART.address) === 0
      ? undefined
      : addressAt(records, view, addressPart, unixPath(records, addressPathAt, addressPathLength, strings));
  const event: { -readonly [K in keyof CallEvent]: CallEvent[K] } = {
    kind,
    atNs: base.atNs,
    process: base.process,
    comm: base.comm,
    uid: base.uid,
    cgroupId: base.cgroupId,
    cpuCgroupId: base.cpuCgroupId,
    call: row.call,
    entry,
    result: view.getInt32(at + CALL.result + 4, true) * 2 ** 32 + view.getUint32(at + CALL.result, true),
    args: argumentsAt(view, at + CALL.args),
    path: strings.exact(records, view, at + CALL.bytes, pathLength),
    path2: strings.exact(records, view, path2At, path2Length),
    repeats: view.getUint32(at + CALL.repeats, true),
  };
  if (base.tid !== undefined) event.tid = base.tid;
  if (fd !== undefined) event.fd = fd;
  if (address !== undefined) event.address = address;
  return event;
}

/** A literal, so that the six lie in one piece, unboxed. */
function argumentsAt(view: DataView, at: number): number[] {
  return [
    u64(view, at),
    u64(view, at + 8),
    u64(view, at + 16),
    u64(view, at + 24),
    u64(view, at + 32),
    u64(view, at + 40),
  ];
}

function u64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
