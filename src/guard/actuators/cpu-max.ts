import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";

/**
 * Most CPU time of a group: v2 cpu.max, v1 cpu.cfs_quota_us and cpu.cfs_period_us (sched-bwc.rst). The state
 * is "QUOTA PERIOD" in µs, QUOTA "max" without a limit, on both versions. Only the quota is ever written: the
 * period stays as it is, so that a change is one write and has no half-way.
 */
export const cpuMax: Actuator = {
  kind: "cpu.max",
  controller: "cpu",
  probe(fs, cgroup) {
    const raw = fs.read("cpu", cgroup, quotaFile(fs));
    return raw.ok ? ok(quotaFile(fs)) : raw;
  },
  read(fs, cgroup) {
    const quota = fs.read("cpu", cgroup, quotaFile(fs));
    if (!quota.ok || !isV1(fs)) return quota;
    const period = fs.read("cpu", cgroup, "cpu.cfs_period_us");
    return period.ok ? ok(`${quota.value === "-1" ? "max" : quota.value} ${period.value}`) : period;
  },
  encode: (_, value) => `${value}%`,
  apply(fs, cgroup, setting) {
    const now = this.read(fs, cgroup);
    if (!now.ok) return now;
    const percent = /^(\d{1,6})%$/.exec(setting)?.[1];
    if (percent === undefined) return failed("SW-GUARD-KNOB", `${JSON.stringify(setting)} is no share of a CPU`);
    const written = writeQuota(fs, cgroup, String(quotaOf(Number(percent), parse(now.value).period)));
    return written.ok ? ok("") : written;
  },
  restore(fs, cgroup, raw) {
    const { quota } = parse(raw);
    return /^(?:max|\d{4,15}) \d{4,7}$/.test(raw)
      ? writeQuota(fs, cgroup, quota)
      : failed("SW-GUARD-KNOB", `${JSON.stringify(raw)} is no CPU quota`);
  },
  shows: (raw, setting) => parse(raw).quota === String(quotaOf(Number(setting.slice(0, -1)), parse(raw).period)),
  same: (raw, other) => raw === other,
  value: (_, raw) => percentOf(raw),
  describe(_, raw) {
    if (raw.endsWith("%")) return `${raw.slice(0, -1)} % of a CPU`;
    return percentOf(raw) === Infinity ? "no limit" : `${Math.round(percentOf(raw) * 10) / 10} % of a CPU`;
  },
  // No limit is what the host's CPUs give: from there the size of a step counts.
  stepFrom: (fs, _, raw, value) => (percentOf(raw) === Infinity ? Math.max(value, fs.host.cpus * 100) : percentOf(raw)),
};

/** min_cfs_quota_period in kernel/sched/core.c: the kernel refuses less. */
const MIN_QUOTA_US = 1000;

function quotaOf(percent: number, periodUs: number): number {
  return Math.max(MIN_QUOTA_US, Math.round((percent * periodUs) / 100));
}

function percentOf(raw: string): number {
  const { quota, period } = parse(raw);
  return quota === "max" ? Infinity : (Number(quota) / period) * 100;
}

function parse(raw: string): { readonly quota: string; readonly period: number } {
  const [quota = "", period = ""] = raw.split(" ");
  return { quota, period: Number(period) };
}

/** cpu.max keeps its period where only a quota is written. */
function writeQuota(fs: CgroupFs, cgroup: string, quota: string): Result<void> {
  return fs.write("cpu", cgroup, quotaFile(fs), isV1(fs) && quota === "max" ? "-1" : quota);
}

function quotaFile(fs: CgroupFs): string {
  return isV1(fs) ? "cpu.cfs_quota_us" : "cpu.max";
}

function isV1(fs: CgroupFs): boolean {
  return fs.hierarchy("cpu")?.version === 1;
}
