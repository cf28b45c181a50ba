import type { SensedEvent } from "../../core/event.ts";
import type { Compiler } from "./compile.ts";
import { eventTypeOf } from "./fields/event-type.ts";
import type { FieldValue } from "./fields/field.ts";
import { creates, openFlagsOf, reads, writes } from "./fields/open-flags.ts";
import type { ResolvedCheck } from "./resolved.ts";

/**
 * Events about which some checks say the same: those of one type, and of opened files those that were opened in the same way. By far
 * most events are opens, and most rules about them are about reading or about writing.
 */
export interface EventClass {
  readonly type: string;
  /** Undefined for all but open(2) and its like. */
  readonly open: { readonly flags: number; readonly failed: boolean } | undefined;
}

/** Ways to open: O_RDONLY, O_WRONLY and O_RDWR, each with and without O_CREAT, each of which may fail. */
const O_ACCMODE = 3;
const O_CREAT = 0o100;
const CREATES = 4;
const FAILED = 8;
/** Of another event. */
const NO_OPEN = 16;
export const WAYS = 17;

/** Which of the classes of its type an event is of, 0 to WAYS - 1. */
export function wayOf(event: SensedEvent): number {
  const flags = openFlagsOf(event);
  if (flags === undefined) return NO_OPEN;
  return (flags & O_ACCMODE) | (creates(flags) ? CREATES : 0) | (event.kind === "open.failed" ? FAILED : 0);
}

export function classOf(event: SensedEvent): EventClass {
  const type = eventTypeOf(event);
  const way = wayOf(event);
  if (way === NO_OPEN) return { type, open: undefined };
  const flags = (way & O_ACCMODE) | ((way & CREATES) === 0 ? 0 : O_CREAT);
  return { type, open: { flags, failed: (way & FAILED) !== 0 } };
}

/** What a check says of all events of a class; undefined where they differ. */
export function decidedByClass(
  check: ResolvedCheck,
  { type, open }: EventClass,
  compiler: Compiler,
): boolean | undefined {
  if (check.left.kind !== "field") return undefined;
  const { name } = check.left;
  const value = valueByType(name, type) ?? (open === undefined ? undefined : OPENED[name]?.(open));
  return value === undefined ? undefined : compiler.constantCheck(check)?.meets(value);
}

const IS_TYPE = "evt.type.is.";

/** Of a field, where the type of the event alone decides it. */
function valueByType(name: string, type: string): string | boolean | undefined {
  if (name === "evt.type" || name === "syscall.type") return type;
  return name.startsWith(IS_TYPE) ? name.slice(IS_TYPE.length) === type : undefined;
}

/** As fields/event-fields.ts and fields/fd-fields.ts have it. */
const OPENED: Readonly<
  Record<string, (open: NonNullable<EventClass["open"]>) => Exclude<FieldValue, undefined> | undefined>
> = {
  "evt.is_open_read": ({ flags }) => reads(flags),
  "evt.is_open_write": ({ flags }) => writes(flags),
  "evt.is_open_create": ({ flags }) => creates(flags),
  "fd.num": ({ failed }) => (failed ? -1 : undefined),
  "fd.typechar": ({ failed }) => (failed ? "f" : undefined),
};
