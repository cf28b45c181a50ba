import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";

const MIB = 1 << 20;
/** The kernel reclaims before the write returns, so it is asked in portions and may say after each that there is no more. */
const PORTION_MIB = 8;

/**
 * Takes memory that a group does not use (v2 memory.reclaim, Linux 5.19). It comes back by itself as it is
 * needed, so there is neither a lease nor a way back; what was reached is read from memory.current and said.
 */
export const memoryReclaim: Actuator = {
  kind: "memory.reclaim",
  controller: "memory",
  probe(fs, cgroup) {
    const inode = fs.inode("memory", cgroup);
    if (inode === undefined) return failed("SW-GUARD-GONE", `${cgroup} does not exist`);
    const used = usedMib(fs, cgroup);
    return used.ok ? ok("memory.reclaim") : used;
  },
  read: (fs, cgroup) => {
    const used = usedMib(fs, cgroup);
    return used.ok ? ok(`${Math.round(used.value)} MiB in use`) : used;
  },
  encode: (_, value) => `${value} MiB`,
  apply(fs, cgroup, setting, _, confirm) {
    const wanted = Number(/^(\d{1,4}) MiB$/.exec(setting)?.[1] ?? NaN);
    if (Number.isNaN(wanted)) return failed("SW-GUARD-KNOB", `${JSON.stringify(setting)} is no amount`);
    const before = usedMib(fs, cgroup);
    if (!before.ok) return before;
    const asked = reclaim(fs, cgroup, wanted, confirm);
    if (!asked.ok) return asked;
    const after = usedMib(fs, cgroup);
    if (!after.ok) return after;
    return ok(`the group went from ${Math.round(before.value)} to ${Math.round(after.value)} MiB`);
  },
  restore: (_, __, raw) => failed("SW-GUARD-KNOB", `${JSON.stringify(raw)} cannot be written`),
  shows: () => true,
  same: () => true,
  value: (_, raw) => Number.parseInt(raw, 10),
  describe: (_, raw) => raw,
  takeBack: () => ({ outcome: "already", raw: "", says: "memory that was reclaimed comes back as it is needed" }),
};

/** Less than asked for is no failure: the kernel says EAGAIN, and memory.current says how much. */
function reclaim(fs: CgroupFs, cgroup: string, mib: number, confirm?: () => Result<void>): Result<void> {
  for (let left = mib; left > 0; left -= PORTION_MIB) {
    // What was taken cannot be given back, so before each portion: is nobody protected among them by now?
    const confirmed = confirm?.() ?? ok(undefined);
    if (!confirmed.ok) return confirmed;
    const written = fs.write("memory", cgroup, "memory.reclaim", String(Math.min(left, PORTION_MIB) * MIB));
    if (!written.ok) return written.says.endsWith("EAGAIN") ? ok(undefined) : written;
  }
  return ok(undefined);
}

function usedMib(fs: CgroupFs, cgroup: string): Result<number> {
  if (fs.hierarchy("memory")?.version === 1) return failed("SW-GUARD-KNOB", "no memory.reclaim in cgroup v1");
  const used = fs.read("memory", cgroup, "memory.current");
  return used.ok ? ok(Number(used.value) / MIB) : used;
}
