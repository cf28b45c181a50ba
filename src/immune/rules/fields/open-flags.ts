import type { SensedEvent } from "../../../core/event.ts";

const CREAT_FLAGS = 0o1101;
const O_CREAT = 0o100;
const O_TMPFILE = 0o20_000_000;

/** Flags of open(2), whichever call it was; undefined for another event. */
export function openFlagsOf(event: SensedEvent): number | undefined {
  const { kind } = event;
  if (kind !== "open.read" && kind !== "open.write" && kind !== "open.failed") return undefined;
  switch (event.call) {
    case "openat":
    case "open_by_handle_at":
      return event.args[2] ?? 0;
    case "open":
      return event.args[1] ?? 0;
    case "openat2":
      return event.args[4] ?? 0;
    default:
      return CREAT_FLAGS;
  }
}

/** open(2): the two lowest bits are O_RDONLY, O_WRONLY or O_RDWR. */
export const writes = (flags: number): boolean => (flags & 3) !== 0;
export const reads = (flags: number): boolean => (flags & 3) !== 1;
export const creates = (flags: number): boolean => (flags & (O_CREAT | O_TMPFILE)) !== 0;
