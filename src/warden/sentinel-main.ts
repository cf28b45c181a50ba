import { runSentinel } from "../guard/sentinel.ts";
import { systemClock } from "../core/clock.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";

/** The third process: does nothing until the warden's end of its standard input closes, then reverts what is left. */
const [, , folder, pid = "", startTicks = ""] = process.argv;
if (folder === undefined) {
  process.stderr.write("sentinel: the journal's folder is missing\n");
  process.exit(64);
}
const fs = new CgroupFs(probeCgroupLayout());
const done = runSentinel({
  input: process.stdin,
  folder,
  fs,
  loadFs: withSchedules,
  clock: systemClock,
  warden: { pid: Number(pid), startTicks: Number(startTicks) },
  onBeat: () => process.stdout.write("."),
});
// The other end may be gone by the time it is answered.
process.stdout.on("error", () => undefined);
process.stdout.write("ready\n");
await done;
process.exit(0);

/** Schedules of tasks go back through the foreign-function interface: loaded when it is needed, not waited with. */
async function withSchedules(): Promise<CgroupFs> {
  const { kernelAccess } = await import("../kernel/kernel-access.ts");
  return new CgroupFs(fs.layout, kernelAccess());
}
