import { type ErrorSpec, EXIT } from "./error-spec.ts";

/** What the host grants, and the running layer as it is asked. */
export const RUNNING_ERRORS = {
  "SW-NEEDS-ROOT": { means: "this needs root", todo: "run it with sudo", exit: EXIT.permission },
  "SW-NO-LIBBPF": {
    means: "libbpf.so.1 is missing",
    todo: "install the package libbpf1; until then events are not seen and processes are sampled from procfs",
    exit: EXIT.unavailable,
  },
  "SW-BPF-LOAD": {
    means: "the kernel refused an eBPF program",
    todo: "see `swarms doctor`; the layer goes on with procfs and pressure files",
    exit: EXIT.unavailable,
  },
  "SW-NOT-RUNNING": {
    means: "no running layer answers",
    todo: "start one with `swarms run`, or name its state folder with --state",
    exit: EXIT.unavailable,
  },
  "SW-NO-ANSWER": {
    means: "a layer is there, but it does not answer",
    todo: "try again; where that stays so, end its warden (`kill -TERM`, its pid is in warden.json): it puts everything back",
    exit: EXIT.unavailable,
  },
  "SW-NOT-CONFIRMED": {
    means: "the layer did not do what it said, or what it was asked",
    todo: "end its warden (`kill -TERM`): it puts everything back by itself",
    exit: EXIT.ioErr,
  },
  "SW-OUTPUT": {
    means: "incidents or actions could not be told outside",
    todo: "see what `swarms status --json` says under `outputs`: what waits is tried again, what was dropped is counted",
    exit: EXIT.ioErr,
  },
  "SW-API-BUSY": {
    means: "too many views are open at once",
    todo: "close one (`swarms top`, a dashboard) and try again",
    exit: EXIT.unavailable,
  },
  "SW-PORT-TAKEN": {
    means: "the port of the dashboard cannot be had",
    todo: "name another with --port, or leave it out: then any free one is taken",
    exit: EXIT.unavailable,
  },
  "SW-NOT-FOUND": {
    means: "there is nothing under that name",
    todo: "changes are listed by `swarms status`, incidents by `swarms incidents`",
    exit: EXIT.noInput,
  },
  "SW-HIVE-LOST": {
    means: "the hive ended, hung or flooded",
    todo: "every change was reverted and it is being restarted; if it repeats, see the log",
    exit: EXIT.software,
  },
  "SW-WIRE": {
    means: "a message between warden and hive is not valid",
    todo: "the peer is ended and restarted; report it if it repeats",
    exit: EXIT.software,
  },
  "SW-INTERNAL": {
    means: "a defect in the layer",
    todo: "report it with the text above; every change was reverted",
    exit: EXIT.software,
  },
} as const satisfies Record<string, ErrorSpec>;
