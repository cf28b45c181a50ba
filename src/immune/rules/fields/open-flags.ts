import type { SensedEvent } from "../../../core/event.ts";

const FLAGS_AT: Readonly<Record<string, number>> = { open: 1, openat: 2, openat2: 4, open_by_handle_at: 2 };
const CREAT_FLAGS = 0o1101;
const O_CREAT = 0o100;
const O_TMPFILE = 0o20_000_000;

/** Flags of open(2), whichever call it was; undefined for another event. */
export function openFlagsOf(event: SensedEvent): number | undefined {
  if (!("call" in event) || !event.kind.startsWith("open.")) return undefined;
  const at = FLAGS_AT[event.call];
  return at === undefined ? CREAT_FLAGS : (event.args[at] ?? 0);
}

/** open(2): the two lowest bits are O_RDONLY, O_WRONLY or O_RDWR. */
export const writes = (flags: number): boolean => (flags & 3) !== 0;
export const reads = (flags: number): boolean => (flags & 3) !== 1;
export const creates = (flags: number): boolean => (flags & (O_CREAT | O_TMPFILE)) !== 0;
