import { availableParallelism } from "node:os";
import { ChosenRefusal } from "./chosen-refusal.ts";
import { BpfExecRefusal } from "./exec-refusal.ts";
import type { HostAccess } from "./host-access.ts";
import { BpfNetDenial } from "./net-deny.ts";
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
    net: new BpfNetDenial(),
    execDeny: new ChosenRefusal(procRoot),
    execKill: new BpfExecRefusal("refuse_by_signal"),
  };
}
