import { failed, ok, type Result } from "../../core/errors.ts";
import type { ProcessEnding } from "../../kernel/host-access.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";

/** A process that was sent SIGKILL ends within milliseconds unless the kernel holds it; longer than this nobody waits. */
const WAIT_MS = 100;

/** Ends one process, by pid and start time through a pidfd, and sees it gone. */
export const killProcess: Actuator = {
  kind: "kill.process",
  controller: "freezer",
  probe(fs, cgroup) {
    const ending = endingOf(fs);
    if (!ending.ok) return ending;
    const there = fs.read("freezer", cgroup, "cgroup.procs");
    return there.ok ? ok("cgroup.procs") : there;
  },
  read(fs, cgroup) {
    const listed = fs.read("freezer", cgroup, "cgroup.procs");
    return listed.ok ? ok("running") : listed;
  },
  encode: () => "",
  prepare: (_, __, { process }) =>
    process === undefined
      ? failed("SW-GUARD-SCOPE", "no process is named")
      : ok(`${process.pid}@${process.startTicks}`),
  apply(fs, _, setting, __, confirm) {
    const ref = /^(\d{1,10})@(\d{1,15})$/.exec(setting);
    const ending = endingOf(fs);
    if (ref === null) return failed("SW-GUARD-KNOB", `${JSON.stringify(setting)} is no process`);
    if (!ending.ok) return ending;
    const confirmed = confirm?.();
    if (confirmed?.ok === false) return confirmed;
    const killed = ending.value.kill({ pid: Number(ref[1]), startTicks: Number(ref[2]) }, WAIT_MS);
    return killed.ok ? ok(`process ${ref[1]} has ended`) : killed;
  },
  restore: () => failed("SW-GUARD-KNOB", "what was ended stays ended"),
  shows: () => true,
  same: () => true,
  value: () => 0,
  // People approve by this: it says whom.
  describe: (_, raw) => (raw === "running" ? raw : `ended (process ${raw.split("@")[0]})`),
  takeBack: () => ({ outcome: "already", raw: "", says: "what was ended stays ended" }),
};

export function endingOf(fs: CgroupFs): Result<ProcessEnding> {
  const { processes } = fs.host;
  return processes === undefined
    ? failed("SW-GUARD-KNOB", "this process of the layer cannot end others")
    : ok(processes);
}
