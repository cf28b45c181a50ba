import type { FieldTable } from "./field.ts";

const UNTIMED = "only the end of a call is sensed";
const NO_BUFFER = "what is read and written is not looked into";
const NO_POLLS = "poll(2) is not sensed";
const UNCOUNTED = "errors are not told apart so";

function lacking(type: "number" | "text", names: readonly string[], why: string, says: string): FieldTable {
  return Object.fromEntries(names.map((name) => [name, { type, lacking: why, says }]));
}

/** Fields of events that rules may name and that never have a value here. */
export const NOT_TOLD: FieldTable = {
  ...lacking("number", ["evt.latency.s", "evt.latency.ns", "evt.latency.quantized"], UNTIMED, "how long the call took"),
  ...lacking("text", ["evt.latency.human"], UNTIMED, "how long the call took"),
  ...lacking("number", ["evt.deltatime.s", "evt.deltatime.ns"], UNTIMED, "time since the event before"),
  ...lacking("number", ["evt.reltime.s", "evt.reltime.ns"], UNTIMED, "time since the capture began"),
  ...lacking(
    "number",
    ["evt.count.error.file", "evt.count.error.net", "evt.count.error.memory", "evt.count.error.other"],
    UNCOUNTED,
    "1 for errors of one sort",
  ),
  ...lacking("number", ["evt.count.procinfo", "evt.count.threadinfo"], "there are no such events", "1 for such events"),
  ...lacking(
    "number",
    [
      "evt.buflen.in",
      "evt.buflen.out",
      "evt.buflen.file",
      "evt.buflen.file.in",
      "evt.buflen.file.out",
      "evt.buflen.net",
      "evt.buflen.net.in",
      "evt.buflen.net.out",
    ],
    NO_BUFFER,
    "length of the data",
  ),
  "evt.around": {
    type: "number",
    argument: "name",
    lacking: "events are told as they happen",
    says: "whether it is near a time",
  },
  "evt.outputtime": { type: "text", lacking: "alerts carry their time", says: "time as it is shown" },
  ...lacking(
    "text",
    ["fdlist.nums", "fdlist.names", "fdlist.cips", "fdlist.sips"],
    NO_POLLS,
    "of descriptors waited for",
  ),
  ...lacking("text", ["fdlist.cports", "fdlist.sports"], NO_POLLS, "of descriptors waited for"),
  ...lacking(
    "text",
    ["syslog.facility.str", "syslog.severity.str", "syslog.message"],
    NO_BUFFER,
    "of a message to syslog",
  ),
  ...lacking("number", ["syslog.facility", "syslog.severity"], NO_BUFFER, "of a message to syslog"),
};
