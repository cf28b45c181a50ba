import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";

/** v1 counts 1024 shares where v2 counts a weight of 100 (kernel, cgroup-v2.rst, "cpu.weight"; sched/core.c). */
const SHARES_PER_WEIGHT = 1024 / 100;
/** MIN_SHARES in kernel/sched/sched.h. */
const MIN_SHARES = 2;

/** State of a group with cpu.idle = 1: the kernel ignores its weight and refuses to change it. */
const IDLE = "idle";

/** Share of the CPU relative to sibling groups: v2 cpu.weight, v1 cpu.shares. */
export const cpuWeight: Actuator = {
  kind: "cpu.weight",
  controller: "cpu",
  probe(fs, cgroup) {
    const raw = fs.read("cpu", cgroup, weightFile(fs));
    return raw.ok ? ok(weightFile(fs)) : raw;
  },
  read(fs, cgroup) {
    const idle = fs.read("cpu", cgroup, "cpu.idle");
    if (idle.ok && idle.value === "1") return ok(IDLE);
    return fs.read("cpu", cgroup, weightFile(fs));
  },
  encode: (fs, value) => (isV1(fs) ? String(Math.max(MIN_SHARES, Math.round(value * SHARES_PER_WEIGHT))) : `${value}`),
  apply(fs, cgroup, setting) {
    const written = fs.write("cpu", cgroup, weightFile(fs), setting);
    return written.ok ? ok("") : written;
  },
  restore: (fs, cgroup, raw) => writeWeight(fs, cgroup, raw),
  shows: (raw, setting) => raw === setting,
  same: (raw, other) => raw === other,
  value: (fs, raw) => (raw === IDLE ? undefined : Number(raw) / (isV1(fs) ? SHARES_PER_WEIGHT : 1)),
  describe(fs, raw) {
    const value = this.value(fs, raw);
    return value === undefined ? "idle" : String(Math.round(value * 10) / 10);
  },
};

export function weightFile(fs: CgroupFs): string {
  return isV1(fs) ? "cpu.shares" : "cpu.weight";
}

/** What the kernel gives a new group, and one that stops being idle. */
export function defaultWeight(fs: CgroupFs): string {
  return isV1(fs) ? "1024" : "100";
}

/** Only digits are ever written, wherever the text comes from. */
export function writeWeight(fs: CgroupFs, cgroup: string, raw: string): Result<void> {
  if (!/^\d{1,6}$/.test(raw)) return failed("SW-GUARD-KNOB", `${JSON.stringify(raw)} is not a CPU weight`);
  return fs.write("cpu", cgroup, weightFile(fs), raw);
}

function isV1(fs: CgroupFs): boolean {
  return fs.hierarchy("cpu")?.version === 1;
}
