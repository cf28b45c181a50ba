import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";

/**
 * From the write on no task runs an instruction of its program any more; those in the kernel, or waiting for a CPU, stop
 * when they would leave it (cgroup-v2.rst, freezer). What can be undone waits for them only briefly: the next attack
 * may be at the door. Looks come soon at first, then every 2 ms.
 */
const PATIENCE_MS = 2;
/** Before a group is ended: nobody may come or go while it is judged. */
const STILL_MS = 100;
const FIRST_LOOK_MS = 0.1;
const LOOK_MS = 2;

/**
 * Stop every task of a group without ending it: v2 cgroup.freeze (cgroup-v2.rst), v1 freezer.state
 * (freezer-subsystem.rst). The state is the group's own wish, 0 or 1, not what it inherits from a frozen
 * parent; otherwise a revert would keep a group frozen after its parent thawed.
 */
export const freeze: Actuator = {
  kind: "freeze",
  controller: "freezer",
  probe(fs, cgroup) {
    const raw = fs.read("freezer", cgroup, files(fs).read);
    return raw.ok ? ok(files(fs).write) : raw;
  },
  read: (fs, cgroup) => fs.read("freezer", cgroup, files(fs).read),
  encode: (_, value) => String(value),
  apply(fs, cgroup, setting) {
    const written = writeFlag(fs, cgroup, setting);
    if (!written.ok) return written;
    const still = setting !== "1" || waitUntilFrozen(fs, cgroup, PATIENCE_MS);
    return ok(still ? "" : "some tasks are still on their way to a stop");
  },
  restore: (fs, cgroup, raw) => writeFlag(fs, cgroup, raw),
  shows: (raw, setting) => raw === setting,
  same: (raw, other) => raw === other,
  value: (_, raw) => Number(raw),
  describe: (_, raw) => (raw === "1" ? "frozen" : "running"),
};

interface FreezerFiles {
  readonly read: string;
  readonly write: string;
  readonly words: Readonly<Record<string, string>>;
  readonly done: { readonly file: string; readonly line: string };
}

const V2: FreezerFiles = {
  read: "cgroup.freeze",
  write: "cgroup.freeze",
  words: { "0": "0", "1": "1" },
  done: { file: "cgroup.events", line: "frozen 1" },
};
const V1: FreezerFiles = {
  read: "freezer.self_freezing",
  write: "freezer.state",
  words: { "0": "THAWED", "1": "FROZEN" },
  done: { file: "freezer.state", line: "FROZEN" },
};

function files(fs: CgroupFs): FreezerFiles {
  return fs.hierarchy("freezer")?.version === 1 ? V1 : V2;
}

function writeFlag(fs: CgroupFs, cgroup: string, flag: string): Result<void> {
  const word = flag === "0" || flag === "1" ? files(fs).words[flag] : undefined;
  if (word === undefined) return failed("SW-GUARD-KNOB", `${JSON.stringify(flag)} is not a flag`);
  return fs.write("freezer", cgroup, files(fs).write, word);
}

/** Freezes, and waits longer for every task to stand still. */
export function holdStill(fs: CgroupFs, cgroup: string): Result<void> {
  const written = writeFlag(fs, cgroup, "1");
  if (written.ok) waitUntilFrozen(fs, cgroup, STILL_MS);
  return written;
}

function waitUntilFrozen(fs: CgroupFs, cgroup: string, patienceMs: number): boolean {
  const { file, line } = files(fs).done;
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (let [waited, next] = [0, FIRST_LOOK_MS]; waited < patienceMs; waited += next) {
    const text = fs.read("freezer", cgroup, file);
    if (!text.ok || text.value.split("\n").includes(line)) return text.ok;
    Atomics.wait(nobody, 0, 0, next);
    next = Math.min(LOOK_MS, next * 2);
  }
  return false;
}
