import { existsSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { Controller } from "./cgroup-fs.ts";
import { type FeatureProbe, type Finding, no, type ProbeWorld, yes } from "./features-probe.ts";

/** Knobs and counters of a group: the file by version of the hierarchy, and what it is for. */
interface KnobRow {
  readonly name: string;
  readonly area: "actions" | "readings";
  readonly controller: Controller;
  readonly files: { readonly 1?: string; readonly 2?: string };
  readonly lost: string;
  readonly needs: string;
}

const KNOBS: readonly KnobRow[] = [
  {
    name: "cgroup.cpu.weight",
    area: "actions",
    controller: "cpu",
    files: { 1: "cpu.shares", 2: "cpu.weight" },
    lost: "CPU shares of groups cannot be changed",
    needs: "the cpu controller, enabled in cgroup.subtree_control",
  },
  {
    name: "cgroup.cpu.idle",
    area: "actions",
    controller: "cpu",
    files: { 1: "cpu.idle", 2: "cpu.idle" },
    lost: "batch work can only be given less weight, not step aside altogether",
    needs: "Linux 5.15 and the cpu controller",
  },
  {
    name: "cgroup.cpu.max",
    area: "actions",
    controller: "cpu",
    files: { 1: "cpu.cfs_quota_us", 2: "cpu.max" },
    lost: "a group cannot be given a most of CPU time",
    needs: "the cpu controller with CONFIG_CFS_BANDWIDTH",
  },
  {
    name: "cgroup.memory.high",
    area: "actions",
    controller: "memory",
    files: { 1: "memory.soft_limit_in_bytes", 2: "memory.high" },
    lost: "the memory of a group cannot be bounded",
    needs: "the memory controller",
  },
  {
    name: "cgroup.memory.reclaim",
    area: "actions",
    controller: "memory",
    files: { 2: "memory.reclaim" },
    lost: "memory that a group does not use cannot be taken before it is short",
    needs: "Linux 5.19 with the memory controller on cgroup v2",
  },
  {
    name: "cgroup.io.max",
    area: "actions",
    controller: "io",
    files: { 1: "blkio.throttle.read_bps_device", 2: "io.max" },
    lost: "the disk traffic of a group cannot be bounded",
    needs: "the io controller with CONFIG_BLK_DEV_THROTTLING",
  },
  {
    name: "cgroup.cpu.throttling",
    area: "readings",
    controller: "cpu",
    files: { 1: "cpu.stat", 2: "cpu.stat" },
    lost: "time lost to quotas is not seen",
    needs: "the cpu controller",
  },
  {
    name: "cgroup.memory",
    area: "readings",
    controller: "memory",
    files: { 1: "memory.usage_in_bytes", 2: "memory.current" },
    lost: "memory is added up from resident sizes, shared pages counted more than once",
    needs: "the memory controller",
  },
  {
    name: "cgroup.memory.events",
    area: "readings",
    controller: "memory",
    files: { 1: "memory.failcnt", 2: "memory.events" },
    lost: "whether a workload meets its memory limit, or loses processes to it, is not seen",
    needs: "the memory controller",
  },
  {
    name: "cgroup.io",
    area: "readings",
    controller: "io",
    files: { 1: "blkio.throttle.io_service_bytes", 2: "io.stat" },
    lost: "what a workload reads from and writes to storage is not seen",
    needs: "the io controller, blkio with v1",
  },
  {
    name: "cgroup.freeze",
    area: "actions",
    controller: "freezer",
    files: { 1: "freezer.state", 2: "cgroup.freeze" },
    lost: "a suspicious group cannot be stopped without ending it",
    needs: "Linux 5.2 with cgroup v2, or the v1 freezer",
  },
  {
    name: "cgroup.kill",
    area: "actions",
    controller: "v2",
    files: { 2: "cgroup.kill" },
    lost: "the processes of a group can only be ended one by one",
    needs: "Linux 5.14 with cgroup v2",
  },
  {
    name: "psi.cgroup",
    area: "readings",
    controller: "v2",
    files: { 2: "cpu.pressure" },
    lost: "pressure is known for the host only, not by workload",
    needs: "Linux 4.20 with cgroup v2 and PSI (psi=1)",
  },
];

export const CGROUP_PROBES: readonly FeatureProbe[] = [
  {
    name: "cgroup.shape",
    area: "readings",
    lost: "workloads cannot be told apart by group, and nothing can be changed",
    needs: "a mounted cgroup hierarchy",
    attempt: ({ fs: { layout } }) =>
      layout.shape === "none" ? no("no cgroup mounted") : yes(layout.v2 ? `${layout.shape}, v2 at ${layout.v2}` : "v1"),
  },
  ...KNOBS.map((row): FeatureProbe => ({
    name: row.name,
    area: row.area,
    lost: row.lost,
    needs: row.needs,
    attempt: (world) => findKnob(row, world),
  })),
];

function findKnob(row: KnobRow, world: ProbeWorld): Finding {
  const hierarchy = world.fs.hierarchy(row.controller);
  if (hierarchy === undefined) return no(`no ${row.controller} hierarchy`);
  const file = row.files[hierarchy.version];
  if (file === undefined) return no(`not in v${hierarchy.version}`);
  const where = `v${hierarchy.version} at ${hierarchy.dir}`;
  const found = hasFile(hierarchy.dir, file);
  if (found === undefined) return no(`cannot be told: no group below ${hierarchy.dir} to look into`);
  return found ? yes(where) : no(`no ${file} in ${where}`);
}

/** Roots lack most files, so groups below are asked: some that are there, or an empty one made for the question. */
function hasFile(dir: string, file: string): boolean | undefined {
  const below = childrenOf(dir);
  if ([dir, ...below].some((group) => existsSync(join(group, file)))) return true;
  const probe = join(dir, `swarms-probe-${process.pid}`);
  try {
    mkdirSync(probe);
  } catch {
    return below.length > 0 ? false : undefined;
  }
  try {
    return existsSync(join(probe, file));
  } finally {
    rmdirQuietly(probe);
  }
}

const MAX_CHILDREN = 16;

function childrenOf(dir: string): string[] {
  try {
    const entries = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return entries.slice(0, MAX_CHILDREN).map((entry) => join(dir, entry.name));
  } catch {
    return [];
  }
}

function rmdirQuietly(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Gone already.
  }
}
