import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_CODES } from "../../core/event-kinds.ts";
import { refuteLayout } from "../c-layout.fixture.ts";
import * as records from "./records.ts";

const { bytes_written: calls_bytes, ...WRITE_COUNT } = records.WRITE_COUNT;

const STRUCTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  call_record: records.CALL,
  call_fd: records.CALL_FD,
  call_socket: records.CALL_SOCKET,
  call_address: records.CALL_ADDRESS,
  call_row: records.ROW,
  call_control: records.CONTROL,
  write_key: records.WRITE_KEY,
  // Its member `bytes` is named otherwise here, where that is the size.
  write_count: WRITE_COUNT,
};

const RULE_CONSTANTS = Object.fromEntries(records.RULES.map((rule, at) => [`CALL_RULE_${rule.toUpperCase()}`, at]));

const CONSTANTS: Readonly<Record<string, number>> = {
  ...RULE_CONSTANTS,
  CALL_NUMBERS: records.CALL_NUMBERS,
  CALL_ROWS: records.CALL_ROWS,
  CALL_URING_OPCODES: records.CALL_URING_OPCODES,
  CALL_SOCKETCALLS: records.CALL_SOCKETCALLS,
  CALL_ARGS: records.ARGS,
  CALL_FD_RESULT: records.CALL_FD_RESULT,
  CALL_TEXT_LEN: records.TEXT_MAX + 1,
  CALL_UNIX_LEN: records.UNIX_PATH_MAX,
  CALL_PART_FD: records.PART.fd,
  CALL_PART_SOCKET: records.PART.socket,
  CALL_PART_ADDRESS: records.PART.address,
  CALL_ENTRY_64: records.ENTRIES.indexOf("64"),
  CALL_ENTRY_32: records.ENTRIES.indexOf("32"),
  CALL_ENTRY_URING: records.ENTRIES.indexOf("io_uring"),
  CALL_KIND_OPEN_READ: EVENT_CODES["open.read"],
  CALL_KIND_OPEN_WRITE: EVENT_CODES["open.write"],
  CALL_KIND_OPEN_FAILED: EVENT_CODES["open.failed"],
  CALL_KIND_SYMLINK: EVENT_CODES.symlink,
  CALL_KIND_TRUNCATE: EVENT_CODES.truncate,
  "__builtin_offsetof(struct write_count, bytes)": calls_bytes,
};

test("offsets and constants are those of bpf/calls.h", (t) => {
  const claims = { header: "calls.h", structs: STRUCTS, constants: CONSTANTS };
  const says = refuteLayout(claims);
  if (says === undefined) return t.skip("needs clang with the bpf target");
  assert.equal(says, "");
  const wrong = { ...STRUCTS, call_record: { ...records.CALL, row: records.CALL.row + 1 } };
  assert.notEqual(refuteLayout({ ...claims, structs: wrong }), "");
});
