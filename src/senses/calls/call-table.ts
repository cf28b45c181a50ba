import { CALL_KINDS, type CallKind } from "../../core/event-kinds.ts";
import type { CallRow } from "./call-row.ts";
import { CHANGE_CALLS, DESCRIPTOR_CALLS, EXEC_CALLS, OPEN_CALLS, TRUNCATE_CALLS, WRITE_CALLS } from "./file-calls.ts";
import { NETWORK_CALLS } from "./network-calls.ts";
import { IDENTITY_CALLS, INTRUSION_CALLS, KERNEL_CALLS, MOUNT_CALLS, NAMESPACE_CALLS } from "./privilege-calls.ts";

/** Every system call that is sensed. The kernel's table, the decoder's names and the blind spots are made from it; to add a call, add a row. */
export const CALL_TABLE: readonly CallRow[] = [
  ...EXEC_CALLS,
  ...OPEN_CALLS,
  ...CHANGE_CALLS,
  ...DESCRIPTOR_CALLS,
  ...WRITE_CALLS,
  ...TRUNCATE_CALLS,
  ...NETWORK_CALLS,
  ...IDENTITY_CALLS,
  ...INTRUSION_CALLS,
  ...NAMESPACE_CALLS,
  ...MOUNT_CALLS,
  ...KERNEL_CALLS,
];

export type SensedKind = CallKind | "writes";
export const SENSED_KINDS: readonly SensedKind[] = [...CALL_KINDS, "writes"];

const OPEN_KINDS: readonly CallKind[] = ["open.read", "open.write", "open.failed"];

/** What a row's calls are told as. Whatever truncates counts as a write too. */
export function kindsOf(row: CallRow): readonly SensedKind[] {
  if (row.kind === "open") return [...OPEN_KINDS, "writes"];
  return row.rule === "truncate" ? [row.kind, "writes"] : [row.kind];
}

export function numbersOf(numbers: number | readonly number[] | undefined): readonly number[] {
  if (numbers === undefined) return [];
  return typeof numbers === "number" ? [numbers] : numbers;
}
