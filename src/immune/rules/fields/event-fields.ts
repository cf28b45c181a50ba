import { EXEC_ARGUMENTS, CALL_ARGUMENTS } from "./call-arguments.ts";
import { eventTypeOf } from "./event-type.ts";
import type { Facts, FieldTable, FieldValue } from "./field.ts";
import { NOT_TOLD } from "./event-fields-lacking.ts";
import { resultName } from "./flag-names.ts";
import { creates, openFlagsOf, reads, writes } from "./open-flags.ts";

const NS = 1e6;

function argument(facts: Facts, name: string): FieldValue {
  const { event } = facts;
  const index = /^\d{1,2}$/.test(name) ? Number(name) : -1;
  if (event.kind === "exec") {
    const row = EXEC_ARGUMENTS[index] ?? EXEC_ARGUMENTS.find(([each]) => each === name);
    return row?.[1](event, facts);
  }
  if (!("call" in event)) return undefined;
  const rows = CALL_ARGUMENTS[event.call] ?? [];
  const row = rows[index] ?? rows.find(([each]) => each === name);
  return row?.[1](event);
}

function allArguments(facts: Facts): string {
  const { event } = facts;
  const pairs =
    event.kind === "exec"
      ? EXEC_ARGUMENTS.map(([name, get]) => [name, get(event, facts)] as const)
      : "call" in event
        ? (CALL_ARGUMENTS[event.call] ?? []).map(([name, get]) => [name, get(event)] as const)
        : [];
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join(" ");
}

function resultOf({ event }: Facts): number | undefined {
  if ("call" in event) return event.result;
  return event.kind === "exec" ? 0 : undefined;
}

function named(result: number | undefined): string | undefined {
  return result === undefined ? undefined : resultName(result);
}

function opened(facts: Facts, test: (flags: number) => boolean): boolean {
  const flags = openFlagsOf(facts.event);
  return flags !== undefined && test(flags);
}

const NO_BUFFER = "what is read and written is not looked into";
const UNTIMED = "only the end of a call is sensed";

/** The event itself. */
export const EVENT_FIELDS: FieldTable = {
  "evt.num": { type: "number", get: ({ number }) => number, says: "number of the event" },
  "evt.type": { type: "text", get: ({ event }) => eventTypeOf(event), says: "name of the system call" },
  "syscall.type": { type: "text", get: ({ event }) => eventTypeOf(event), says: "name of the system call" },
  "evt.type.is": {
    type: "bool",
    argument: "name",
    get: ({ event }, name) => eventTypeOf(event) === name,
    says: "whether it is this system call",
  },
  "evt.category": {
    type: "text",
    get: ({ event }) => categoryOf(event.kind),
    says: "file, net, process, user or system",
  },
  "evt.source": { type: "text", get: () => "syscall", says: "always syscall" },
  "evt.dir": { type: "text", get: () => "<", says: "always <: calls are told as they return" },
  "evt.time": {
    type: "text",
    get: ({ wallMs }) => new Date(wallMs).toISOString().slice(11, 23),
    says: "time of day, UTC",
  },
  "evt.time.s": {
    type: "text",
    get: ({ wallMs }) => new Date(wallMs).toISOString().slice(11, 19),
    says: "time of day in seconds, UTC",
  },
  "evt.time.iso8601": { type: "text", get: ({ wallMs }) => new Date(wallMs).toISOString(), says: "date and time" },
  "evt.datetime": {
    type: "text",
    get: ({ wallMs }) => new Date(wallMs).toISOString().slice(0, 23).replace("T", " "),
    says: "date and time, UTC",
  },
  "evt.datetime.s": {
    type: "text",
    get: ({ wallMs }) => new Date(wallMs).toISOString().slice(0, 19).replace("T", " "),
    says: "date and time in seconds, UTC",
  },
  "evt.rawtime": { type: "number", get: ({ wallMs }) => wallMs * NS, says: "nanoseconds since 1970" },
  "evt.rawtime.s": { type: "number", get: ({ wallMs }) => Math.floor(wallMs / 1000), says: "seconds since 1970" },
  "evt.rawtime.ns": { type: "number", get: ({ wallMs }) => (wallMs % 1000) * NS, says: "nanoseconds of that second" },
  "evt.hostname": { type: "text", get: ({ hostname }) => hostname, says: "name of the host" },
  "evt.res": { type: "text", get: (facts) => named(resultOf(facts)), says: "SUCCESS, or the error's name" },
  "evt.rawres": { type: "number", get: resultOf, says: "what the call returned; below 0 an error" },
  "evt.failed": { type: "bool", get: (facts) => (resultOf(facts) ?? 0) < 0, says: "whether it failed" },
  "evt.args": { type: "text", get: allArguments, says: "all arguments" },
  "evt.arg": {
    type: "text",
    argument: "name",
    get: argument,
    says: "one argument by name or number, such as evt.arg.flags",
  },
  "evt.rawarg": { type: "text", argument: "name", get: argument, says: "the same" },
  "evt.info": { type: "text", get: allArguments, says: "all arguments" },
  "evt.count": { type: "number", get: () => 1, says: "always 1" },
  "evt.is_open_read": { type: "bool", get: (facts) => opened(facts, reads), says: "a file was opened for reading" },
  "evt.is_open_write": { type: "bool", get: (facts) => opened(facts, writes), says: "a file was opened for writing" },
  "evt.is_open_create": {
    type: "bool",
    get: (facts) => opened(facts, creates),
    says: "a file was opened that is made where it is missing",
  },
  "evt.is_open_exec": {
    type: "bool",
    get: (facts) => opened(facts, creates) && isExecutable(facts),
    says: "a file was made that may be run",
  },
  "evt.is_io": { type: "bool", get: ({ event }) => event.kind === "send", says: "the call moves data" },
  "evt.is_io_write": { type: "bool", get: ({ event }) => event.kind === "send", says: "the call writes data" },
  "evt.is_io_read": { type: "bool", lacking: "reads are not sensed", says: "the call reads data" },
  "evt.io_dir": {
    type: "text",
    get: ({ event }) => (event.kind === "send" ? "w" : undefined),
    says: "w for a call that writes; reads are not sensed",
  },
  "evt.is_async": { type: "bool", get: () => false, says: "always false" },
  "evt.count.error": {
    type: "number",
    get: (facts) => ((resultOf(facts) ?? 0) < 0 ? 1 : undefined),
    says: "1 where it failed",
  },
  "evt.count.exit": { type: "number", get: () => 1, says: "always 1: calls are told as they return" },
  ...NOT_TOLD,
  "evt.buffer": { type: "text", lacking: NO_BUFFER, says: "data" },
  "evt.buflen": { type: "number", lacking: NO_BUFFER, says: "length of the data" },
  "evt.latency": { type: "number", lacking: UNTIMED, says: "how long the call took" },
  "evt.deltatime": { type: "number", lacking: UNTIMED, says: "time since the event before" },
  "evt.reltime": { type: "number", lacking: UNTIMED, says: "time since the capture began" },
  "evt.cpu": { type: "number", lacking: "the CPU is not told with an event", says: "number of the CPU" },
  "evt.is_wait": { type: "bool", lacking: "such calls are not sensed", says: "the call waits" },
  "evt.wait_latency": { type: "number", lacking: UNTIMED, says: "how long it waited" },
  "evt.is_syslog": { type: "bool", lacking: NO_BUFFER, says: "it writes to /dev/log" },
  "evt.pluginname": { type: "text", lacking: "there are no plugins of this kind", says: "plugin that made it" },
  "evt.plugininfo": { type: "text", lacking: "there are no plugins of this kind", says: "what the plugin says" },
  "evt.asynctype": { type: "text", lacking: "there are no such events", says: "type of an asynchronous event" },
};

const CATEGORIES: readonly (readonly [RegExp, string])[] = [
  [/^(open|rename|unlink|link|symlink|chmod|memfd|dup|truncate|writes)/, "file"],
  [/^(socket|connect|accept|bind|listen|send)/, "net"],
  [/^(exec|fork|exit|name|ptrace|vm)/, "process"],
  [/^(setid|capset)/, "user"],
];

function categoryOf(kind: string): string {
  return CATEGORIES.find(([pattern]) => pattern.test(kind))?.[1] ?? "system";
}

const ANY_EXECUTE = 0o111;

function isExecutable({ event }: Facts): boolean {
  return "call" in event && ((event.fd?.mode ?? 0) & ANY_EXECUTE) !== 0;
}
