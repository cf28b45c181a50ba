import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CgroupLayout } from "../../src/kernel/cgroup-layout.ts";
import { taskScheduling } from "../../src/kernel/sched-attr.ts";
import type { LabGroups } from "../../src/lab/lab-groups.ts";

/** What a person could set by hand for one group; what is left out is as the kernel makes it. */
export interface GroupSetting {
  /** On the v2 scale, 100 being ordinary. */
  readonly weight?: number;
  readonly idle?: boolean;
  /** Quota in percent of one CPU. */
  readonly quota?: number;
  /** Slice of each task, microseconds (Linux 6.12). */
  readonly sliceUs?: number;
}

export type Setting = Readonly<Record<string, GroupSetting>>;

export const AS_MADE: Setting = {};

/** cpu.shares of a weight of 100 (Documentation/scheduler/sched-design-CFS). */
const SHARES = 1024;
const PERIOD_US = 100_000;
const ORDINARY_WEIGHT = 100;

/** Writes and reads the knobs of the bench's own groups, past the layer. */
export class Knobs {
  private readonly layout: CgroupLayout;
  private readonly groups: LabGroups<string>;
  private readonly names: readonly string[];
  private readonly sliced = new Set<string>();

  constructor(layout: CgroupLayout, groups: LabGroups<string>, names: readonly string[]) {
    this.layout = layout;
    this.groups = groups;
    this.names = names;
  }

  /** Groups that the setting does not name become as they were made. */
  apply(setting: Setting): void {
    for (const name of this.names) this.applyTo(name, setting[name] ?? {});
  }

  private applyTo(name: string, { weight = ORDINARY_WEIGHT, idle = false, quota, sliceUs }: GroupSetting): void {
    const cpu = this.layout.cpu;
    if (cpu === undefined) return;
    const write = (file: string, text: string): void => {
      const path = join(cpu.dir, this.groups.path(name), file);
      if (readText(path) !== text) writeFileSync(path, text, { flag: "r+" });
    };
    // A group that is idle refuses a weight: the flag goes first where it is taken off, last where it is set.
    if (!idle) write("cpu.idle", "0");
    if (!idle && cpu.version === 1) write("cpu.shares", String(Math.round((weight * SHARES) / ORDINARY_WEIGHT)));
    if (!idle && cpu.version === 2) write("cpu.weight", String(weight));
    if (cpu.version === 1)
      write("cpu.cfs_quota_us", quota === undefined ? "-1" : String(Math.round((quota * PERIOD_US) / 100)));
    else write("cpu.max", `${quota === undefined ? "max" : Math.round((quota * PERIOD_US) / 100)} ${PERIOD_US}`);
    if (idle) write("cpu.idle", "1");
    if (sliceUs !== undefined || this.sliced.has(name)) this.slice(name, sliceUs);
  }

  private slice(name: string, sliceUs: number | undefined): void {
    if (sliceUs === undefined) this.sliced.delete(name);
    else this.sliced.add(name);
    for (const pid of this.pids(name))
      for (const tid of threadsOf(pid)) {
        const now = taskScheduling.get(tid);
        // 0 gives the task the scheduler's own again. A task that ended meanwhile needs none.
        if (now.ok) taskScheduling.set(tid, { ...now.value, sliceNs: (sliceUs ?? 0) * 1000 });
      }
  }

  private pids(name: string): number[] {
    const text = readText(join(this.layout.cpu?.dir ?? "", this.groups.path(name), "cgroup.procs")) ?? "";
    return text.split("\n").filter(Boolean).map(Number);
  }

  /** Everything that the layer or the bench may write in these groups, as the kernel shows it: "batch cpu.idle" → "0". */
  read(): ReadonlyMap<string, string> {
    const values = new Map<string, string>();
    for (const name of this.names)
      for (const [controller, file] of FILES) {
        const hierarchy = this.layout[controller];
        const dir = controller === "v2" ? this.layout.v2 : typeof hierarchy === "object" ? hierarchy.dir : undefined;
        if (dir === undefined) continue;
        const text = readText(join(dir, this.groups.path(name), file));
        if (text !== undefined) values.set(`${name} ${file}`, text);
      }
    return values;
  }
}

const FILES = [
  ...["cpu.shares", "cpu.weight", "cpu.idle", "cpu.cfs_quota_us", "cpu.max"].map((file) => ["cpu", file] as const),
  ...["memory.limit_in_bytes", "memory.soft_limit_in_bytes", "memory.high", "memory.low"].map(
    (file) => ["memory", file] as const,
  ),
  ["io", "io.weight"] as const,
  ["io", "blkio.bfq.weight"] as const,
  ["io", "io.max"] as const,
  ["v2", "cgroup.freeze"] as const,
];

/** Each knob that is not what it was, in words. */
export function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...before].flatMap(([knob, value]) =>
    after.get(knob) === value ? [] : [`${knob} is ${after.get(knob) ?? "gone"}, was ${value}`],
  );
}

/** "batch: idle, quota 100 %" */
export function settingWords(setting: Setting): string {
  const groups = Object.entries(setting).map(([name, { weight, idle, quota, sliceUs }]) => {
    const words = [
      idle === true ? "idle" : "",
      weight === undefined ? "" : `weight ${weight}`,
      quota === undefined ? "" : `quota ${quota} %`,
      sliceUs === undefined ? "" : `slice ${sliceUs} µs`,
    ].filter(Boolean);
    return words.length === 0 ? "" : `${name}: ${words.join(", ")}`;
  });
  const said = groups.filter(Boolean).join("; ");
  return said === "" ? "as the kernel makes it" : said;
}

function threadsOf(pid: number): number[] {
  const dir = `/proc/${pid}/task`;
  try {
    return existsSync(dir) ? readdirSync(dir).map(Number) : [];
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
