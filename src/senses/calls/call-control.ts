import { EVENT_CODES, EVENTS, type EventRank } from "../../core/event-kinds.ts";
import type { CallRow } from "./call-row.ts";
import { CALL_TABLE, kindsOf, numbersOf, SENSED_KINDS, type SensedKind } from "./call-table.ts";
import { CALL_FD_RESULT, CALL_NUMBERS, CONTROL, ROW, RULES } from "./records.ts";

/** As enum event_rank of bpf/swarms.h. */
const RANKS: readonly EventRank[] = ["vital", "important", "bulk"];
/** Within socketcall(2), which has the 32-bit entry alone. */
const SOCKETCALL_NUMBER = 102;
const SOCKETCALL_ROW = CALL_TABLE.length + 1;

/** What a successful open is told or counted as. */
const OPENED: readonly SensedKind[] = ["open.read", "open.write", "writes"];

/** One row as `struct call_row`. */
function rowBytes(row: CallRow): Uint8Array {
  const bytes = new Uint8Array(ROW.bytes);
  const view = new DataView(bytes.buffer);
  const set = (at: number, argument: number | undefined): void =>
    view.setUint8(at, argument === undefined ? 0 : argument + 1);
  const { only, flags, words } = row;
  if (only !== undefined) {
    const above = only.above ?? 0;
    view.setBigUint64(ROW.only, bits(only.of.filter((value) => value < 64)), true);
    view.setBigUint64(ROW.only_from, bits(only.of.filter((value) => value >= 64).map((value) => value - above)), true);
    view.setUint16(ROW.only_base, above, true);
    set(ROW.only_arg, only.arg);
  }
  view.setUint32(ROW.flags_any, flags?.any ?? 0, true);
  set(ROW.flags_arg, flags?.arg);
  view.setUint8(ROW.rule, RULES.indexOf(row.rule ?? "always"));
  view.setUint8(ROW.kind, row.kind === "open" ? 0 : EVENT_CODES[row.kind]);
  view.setUint8(ROW.args, row.args);
  set(ROW.path, row.path);
  set(ROW.path2, row.path2);
  set(ROW.dir, row.dir);
  if (row.fd === "result") view.setUint8(ROW.fd, CALL_FD_RESULT);
  else set(ROW.fd, row.fd);
  set(ROW.address, row.address);
  set(ROW.message, row.message);
  set(ROW.open_flags, row.openFlags);
  set(ROW.words_at, words?.from);
  view.setUint8(ROW.words, words?.count ?? 0);
  set(ROW.words_to, words?.to);
  set(ROW.caps, row.caps);
  set(ROW.buffer, row.buffer);
  view.setUint8(ROW.relative, row.relative === true ? 1 : 0);
  return bytes;
}

function bits(values: readonly number[]): bigint {
  return values.reduce((sum, value) => sum | (1n << BigInt(value)), 0n);
}

/** Writes the rows and ranks; nothing is wanted yet. `control` is `struct call_control`, shared with the kernel. */
export function writeTable(control: Uint8Array): void {
  for (const [at, row] of CALL_TABLE.entries()) control.set(rowBytes(row), CONTROL.rows + (at + 1) * ROW.bytes);
  const socketcall: CallRow = { call: "socketcall", kind: "socket", rule: "socketcall", args: 2 };
  control.set(rowBytes(socketcall), CONTROL.rows + SOCKETCALL_ROW * ROW.bytes);
  for (const kind of SENSED_KINDS) control[CONTROL.rank + EVENT_CODES[kind]] = RANKS.indexOf(EVENTS[kind].rank);
}

/** Which numbers are looked at from now on. A call that is being looked at at this moment may still be told by what was wanted before. */
export function writeWants(control: Uint8Array, wants: ReadonlySet<SensedKind>, arch: string): void {
  for (const kind of SENSED_KINDS) control[CONTROL.wanted + EVENT_CODES[kind]] = wants.has(kind) ? 1 : 0;
  let socketcalls = false;
  for (const [at, row] of CALL_TABLE.entries()) {
    const index = kindsOf(row).some((kind) => wants.has(kind)) ? at + 1 : 0;
    for (const failed of [false, true]) {
      const told = tellsOf(row, failed, wants) ? index : 0;
      for (const number of numbersOf(arch === "arm64" ? row.arm64 : row.x64))
        control[rowOf(false, failed) + number] = told;
      for (const number of numbersOf(row.i386)) control[rowOf(true, failed) + number] = told;
    }
    for (const opcode of numbersOf(row.uring)) control[CONTROL.row_of_uring + opcode] = index;
    if (row.socketcall === undefined) continue;
    control[CONTROL.row_of_socketcall + row.socketcall] = index;
    socketcalls ||= index > 0;
  }
  for (const failed of [false, true])
    control[rowOf(true, failed) + SOCKETCALL_NUMBER] = socketcalls ? SOCKETCALL_ROW : 0;
}

function rowOf(narrow: boolean, failed: boolean): number {
  return CONTROL.row_of + (Number(narrow) * 2 + Number(failed)) * CALL_NUMBERS;
}

/** Whether a call that failed, or succeeded, can be told or counted at all: if not, it is left as early as one that nobody wants. */
function tellsOf(row: CallRow, failed: boolean, wants: ReadonlySet<SensedKind>): boolean {
  switch (row.rule) {
    case "open":
      return failed ? wants.has("open.failed") : OPENED.some((kind) => wants.has(kind));
    case "failed":
      return failed;
    case "succeeded":
    case "standard":
    case "write":
    case "truncate":
      return !failed;
    default:
      return true;
  }
}
