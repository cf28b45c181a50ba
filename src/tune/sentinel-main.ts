import { systemClock } from "../core/clock.ts";
import { runSentinel } from "../guard/sentinel.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { removeDeadLabs } from "../lab/lab-groups.ts";
import { putBackRun } from "./put-back.ts";

/** Waits for the end of a tuning. Unless that has put everything back itself, it does so: kernel first, then the commands. */
const [, , journal = "", pid = "", startTicks = "", folder = "", procRoot = "/proc", etcRoot = "/etc"] = process.argv;
const fs = new CgroupFs(probeCgroupLayout(), { procRoot, etcRoot, cpus: 1 });
const done = runSentinel({
  input: process.stdin,
  folder: journal,
  fs,
  clock: systemClock,
  warden: { pid: Number(pid), startTicks: Number(startTicks) },
  onBeat: () => process.stdout.write("."),
});
// The other end may be gone by the time it is answered.
process.stdout.on("error", () => undefined);
process.stdout.write("ready\n");
if ((await done) !== undefined) {
  await putBackRun(folder);
  await removeDeadLabs(fs.layout);
}
process.exit(0);
