import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../core/errors.ts";
import { type FeatureProbe, type Finding, no, textOf, yes } from "./features-probe.ts";
import { parsePressure, PRESSURE_RESOURCES, pressureFile } from "./pressure.ts";

/** Some stall (150 ms) in a window; the kernel takes 0.5 to 10 s (Documentation/accounting/psi.rst). */
const STALL_US = 150_000;
const SHORT_WINDOW_US = 500_000;
/** All that a process without CAP_SYS_RESOURCE may ask for: multiples of this. */
const PLAIN_WINDOW_US = 2_000_000;

export const READING_PROBES: readonly FeatureProbe[] = [
  {
    name: "psi.host",
    area: "readings",
    lost: "waiting for CPU, memory and storage is not seen",
    needs: "Linux 4.20 with CONFIG_PSI, booted with psi=1 where it is off by default",
    attempt: ({ procRoot }) => {
      const found = PRESSURE_RESOURCES.filter((resource) =>
        parsePressure(textOf(join(procRoot, pressureFile.host(resource)))),
      );
      return found.length === 0 ? no("no pressure files") : yes(found.join(", "));
    },
  },
  {
    name: "psi.trigger",
    area: "readings",
    lost: "pressure is noticed at the next sample instead of at once",
    needs: "Linux 5.2; write access to /proc/pressure",
    attempt: ({ procRoot }) => tryTriggers(join(procRoot, pressureFile.host("cpu"))),
  },
  {
    name: "psi.trigger.short",
    area: "readings",
    lost: "pressure triggers fire after 2 s at the soonest",
    needs: "CAP_SYS_RESOURCE",
    attempt: ({ procRoot }) => {
      const error = tryTrigger(join(procRoot, pressureFile.host("cpu")), SHORT_WINDOW_US);
      return error === "" ? yes("windows from 0.5 s") : no(`${error}: windows of multiples of 2 s only`);
    },
  },
  {
    name: "schedstat",
    area: "readings",
    lost: "without eBPF, the time that tasks wait for a CPU is not known",
    needs: "CONFIG_SCHED_INFO",
    attempt: ({ procRoot }) => {
      const text = textOf(join(procRoot, "self/schedstat"));
      return text !== undefined && /^\d+ \d+ \d+\s*$/.test(text)
        ? yes("run delay by thread")
        : no("no /proc/PID/schedstat");
    },
  },
];

function tryTriggers(path: string): Finding {
  const error = tryTrigger(path, PLAIN_WINDOW_US);
  return error === "" ? yes("accepted with a window of 2 s") : no(`${error} from ${path}`);
}

/** "" where the kernel accepts it, else the error. Closing the file ends the trigger. */
function tryTrigger(path: string, windowUs: number): string {
  let fd: number;
  try {
    fd = openSync(path, "r+");
  } catch (error) {
    return errnoOf(error);
  }
  try {
    writeSync(fd, `some ${STALL_US} ${windowUs}\0`);
    return "";
  } catch (error) {
    return errnoOf(error);
  } finally {
    closeSync(fd);
  }
}
