import { availableParallelism } from "node:os";
import type { HostAccess } from "./host-access.ts";
import { processEnding } from "./process-ending.ts";
import { taskScheduling } from "./sched-attr.ts";

/** Everything that actuators can reach on this host; nothing is loaded or opened before it is used. */
export function kernelAccess({ procRoot = "/proc", etcRoot = "/etc" } = {}): HostAccess {
  return {
    procRoot,
    etcRoot,
    cpus: availableParallelism(),
    tasks: taskScheduling,
    processes: processEnding(procRoot),
  };
}
