import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import { readProcessStat } from "../../kernel/procfs.ts";
import type { Actuator } from "./actuator.ts";
import { freeze, holdStill } from "./freeze.ts";
import { endingOf } from "./kill-process.ts";
import { unread } from "./take-back.ts";

/** Tasks leave within milliseconds of SIGKILL; looks, and the time between two. */
const LOOKS = 100;
const LOOK_MS = 5;

/**
 * Ends every process of a group and the groups below it. The group stands still while it is judged once
 * more, so that nobody protected is met who came in between; then cgroup.kill (v2, Linux 5.14), or SIGKILL
 * through a pidfd each. The state is the freezer's, which is what a crash half-way has to put back.
 */
export const killCgroup: Actuator = {
  kind: "kill.cgroup",
  controller: "freezer",
  probe(fs, cgroup) {
    const frozen = freeze.probe(fs, cgroup);
    if (!frozen.ok || fs.hierarchy("freezer")?.version === 2) return frozen.ok ? ok("cgroup.kill") : frozen;
    const ending = endingOf(fs);
    return ending.ok ? ok("cgroup.procs") : ending;
  },
  read: freeze.read.bind(freeze),
  encode: () => "killed",
  apply(fs, cgroup, setting, baseline, confirm) {
    if (setting !== "killed") return failed("SW-GUARD-KNOB", `${JSON.stringify(setting)} is no way to end a group`);
    const still = holdStill(fs, cgroup);
    if (!still.ok) return still;
    const confirmed = confirm?.() ?? ok(undefined);
    const killed = confirmed.ok ? killAll(fs, cgroup) : confirmed;
    // A frozen group's tasks die of SIGKILL on v2; on v1 they have to go on to do so.
    const back = freeze.restore(fs, cgroup, baseline);
    if (!killed.ok) return killed;
    if (!back.ok && back.code !== "SW-GUARD-GONE") return back;
    return waitUntilEmpty(fs, cgroup);
  },
  restore: freeze.restore.bind(freeze),
  shows: () => true,
  same: (raw, other) => raw === other,
  value: () => 0,
  describe: (_, raw) => (raw === "killed" ? "ended" : "alive"),
  takeBack(fs, change) {
    const now = freeze.read(fs, change.cgroup);
    if (!now.ok) return unread(now);
    const says = "what was ended stays ended";
    if (now.value === change.baseline) return { outcome: "already", raw: now.value, says };
    const thawed = freeze.restore(fs, change.cgroup, change.baseline);
    return thawed.ok ? { outcome: "written", raw: change.baseline, says: `${says}; the rest goes on` } : unread(thawed);
  },
};

function killAll(fs: CgroupFs, cgroup: string): Result<void> {
  if (fs.hierarchy("freezer")?.version === 2) return fs.write("freezer", cgroup, "cgroup.kill", "1");
  const ending = endingOf(fs);
  if (!ending.ok) return ending;
  for (const pid of fs.processes("freezer", cgroup, true)) {
    const stat = readProcessStat(pid, fs.host.procRoot);
    const killed = stat === undefined ? ok(undefined) : ending.value.kill(stat, 0);
    if (!killed.ok && killed.code !== "SW-GUARD-GONE") return killed;
  }
  return ok(undefined);
}

function waitUntilEmpty(fs: CgroupFs, cgroup: string): Result<string> {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (let look = 0; look < LOOKS; look++) {
    if (!isPopulated(fs, cgroup)) return ok("every process of the group has ended");
    Atomics.wait(nobody, 0, 0, LOOK_MS);
  }
  const left = fs.processes("freezer", cgroup, true).length;
  return failed("SW-GUARD-KNOB", `${left} processes have not ended after ${LOOKS * LOOK_MS} ms`);
}

/** cgroup.events counts the groups below too. What v1 lists may be a zombie, whose parent has not asked for its status. */
function isPopulated(fs: CgroupFs, cgroup: string): boolean {
  const events = fs.read("freezer", cgroup, "cgroup.events");
  if (events.ok) return /^populated 1$/m.test(events.value);
  return fs.processes("freezer", cgroup, true).some((pid) => {
    const state = readProcessStat(pid, fs.host.procRoot)?.state;
    return state !== undefined && state !== "Z" && state !== "X";
  });
}
