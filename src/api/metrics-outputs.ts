import type { OutputStatus } from "../core/output-record.ts";
import type { Metric } from "./metric.ts";

type Count = Exclude<keyof OutputStatus, "name" | "to" | "trouble">;

/** Where incidents and actions are told outside. Names are the configuration's, so there are at most sixteen. */
function perOutput(name: string, type: Metric["type"], help: string, count: Count): Metric {
  return {
    name,
    type,
    help,
    samples: ({ outputs = [] }) => outputs.map((output) => [{ output: output.name, to: output.to }, output[count]]),
  };
}

export const OUTPUT_METRICS: readonly Metric[] = [
  perOutput(
    "swarms_output_delivered_total",
    "counter",
    "Incidents and actions handed over to an output since the start of the warden.",
    "delivered",
  ),
  perOutput(
    "swarms_output_dropped_total",
    "counter",
    "Incidents and actions lost to an output, for its queue had no room, since the start of the warden.",
    "dropped",
  ),
  perOutput(
    "swarms_output_dead_total",
    "counter",
    "Incidents and actions put aside, for the server refused them or was away too long, since the start of the warden.",
    "dead",
  ),
  perOutput(
    "swarms_output_retries_total",
    "counter",
    "Tries to hand over that failed and are made again, since the start of the warden.",
    "retries",
  ),
  perOutput("swarms_output_waiting", "gauge", "Incidents and actions that wait to be handed over.", "waiting"),
  perOutput("swarms_output_waiting_bytes", "gauge", "Room that these take, in bytes.", "waitingBytes"),
  {
    name: "swarms_output_troubled",
    type: "gauge",
    help: "1 where an output cannot hand over now, else 0.",
    samples: ({ outputs = [] }) =>
      outputs.map(({ name, to, trouble }) => [{ output: name, to }, trouble === undefined ? 0 : 1]),
  },
];
