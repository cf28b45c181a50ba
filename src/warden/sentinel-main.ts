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
const done = runSentinel({
  input: process.stdin,
  folder,
  fs: new CgroupFs(probeCgroupLayout()),
  clock: systemClock,
  warden: { pid: Number(pid), startTicks: Number(startTicks) },
  onBeat: () => process.stdout.write("."),
});
// The other end may be gone by the time it is answered.
process.stdout.on("error", () => undefined);
process.stdout.write("ready\n");
await done;
process.exit(0);
