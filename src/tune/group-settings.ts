import { ACTIONS } from "../core/action.ts";
import type { LabController } from "../lab/lab-groups.ts";

interface GroupSettingSpec {
  readonly controller: LabController;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  /** What a new group has; undefined where it has none, so that a default must be named. */
  readonly fresh: "a value" | "no limit" | "no target";
  /** What the host must have, for people. */
  readonly needs: string;
  /** Properties of systemd.resource-control(5) that set it, as words of a shell. */
  readonly properties: (value: string) => readonly string[];
}

const bounds = (kind: keyof typeof ACTIONS): Pick<GroupSettingSpec, "min" | "max" | "unit"> => {
  const { min, max, unit } = ACTIONS[kind];
  return { min, max, unit };
};
/** For the disk that the folder is on, wherever the line is typed. */
const onDisk = (property: string, value: string): string => `"${property}=$PWD ${value}"`;

/** Settings of the group that the command runs in. It has the whole host for siblings, so weights count against all else. */
export const GROUP_SETTINGS = {
  "cpu.weight": {
    ...bounds("cpu.weight"),
    controller: "cpu",
    fresh: "a value",
    needs: "the cpu controller",
    properties: (value) => [`CPUWeight=${value}`],
  },
  "cpu.idle": {
    ...bounds("cpu.idle"),
    controller: "cpu",
    fresh: "a value",
    needs: "the cpu controller of Linux 5.15",
    properties: (value) => [`CPUWeight=${value === "1" ? "idle" : "100"}`],
  },
  "cpu.max": {
    ...bounds("cpu.max"),
    controller: "cpu",
    fresh: "no limit",
    needs: "the cpu controller with CONFIG_CFS_BANDWIDTH",
    properties: (value) => [`CPUQuota=${value}%`],
  },
  "memory.high": {
    ...bounds("memory.high"),
    controller: "memory",
    fresh: "no limit",
    needs: "the memory controller",
    properties: (value) => [`MemoryHigh=${value}M`],
  },
  "io.weight": {
    ...bounds("io.weight"),
    controller: "io",
    fresh: "a value",
    needs: "a scheduler that weighs: BFQ, or iocost (CONFIG_BLK_CGROUP_IOCOST, io.cost.qos)",
    properties: (value) => [`IOWeight=${value}`],
  },
  "io.max": {
    ...bounds("io.max"),
    controller: "io",
    fresh: "no limit",
    needs: "the io controller (blkio with v1) with CONFIG_BLK_DEV_THROTTLING",
    properties: (value) =>
      ["IOReadBandwidthMax", "IOWriteBandwidthMax"].map((property) => onDisk(property, String(Number(value) * 1024))),
  },
  // Not the guard's: there is no step of it that could only do good to somebody. Shorter than any disk answers is nonsense.
  "io.latency": {
    min: 10,
    max: 10_000_000,
    unit: "µs",
    controller: "io",
    fresh: "no target",
    needs: "the io controller of cgroup v2 with CONFIG_BLK_CGROUP_IOLATENCY",
    properties: (value) => [onDisk("IODeviceLatencyTargetSec", `${value}us`)],
  },
} as const satisfies Record<string, GroupSettingSpec>;

export type GroupSetting = keyof typeof GROUP_SETTINGS;
