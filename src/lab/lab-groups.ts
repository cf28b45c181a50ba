import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import type { CgroupLayout } from "../kernel/cgroup-layout.ts";
import { isOfDeadLab } from "./lab-id.ts";

export const PARTS = ["service", "batch", "app"] as const;
export type Part = (typeof PARTS)[number];

/** The lab's own cgroups: `/NAME/{service,batch,app}` in every hierarchy that counts, and nothing else. */
export interface LabGroups {
  /** "/swarms-lab-…" */
  readonly root: string;
  path(part: Part): string;
  /** Files that a process writes itself into, one per hierarchy. */
  procsFiles(part: Part): readonly string[];
  /** Thaws and ends whatever is inside, then removes the groups. Returns what could not be removed. */
  remove(): Promise<readonly string[]>;
}

/** Root directories of the hierarchies that the layer reads or writes, each once. */
export function hierarchyRoots(layout: CgroupLayout): string[] {
  const cpu = layout.cpu?.dir;
  // v1 accounts CPU time in `cpuacct`, which some hosts mount beside `cpu` and others together with it.
  const accounting = layout.cpu?.version === 1 && cpu !== undefined ? join(dirname(cpu), "cpuacct") : undefined;
  const dirs = [cpu, layout.v2, layout.freezer?.dir, accounting].filter(
    (dir): dir is string => dir !== undefined && existsSync(join(dir, "cgroup.procs")),
  );
  return [...new Set(dirs.map((dir) => realpathSync(dir)))];
}

export function makeLabGroups(layout: CgroupLayout, name: string): Result<LabGroups> {
  const roots = hierarchyRoots(layout);
  const tops = roots.map((root) => join(root, name));
  const enabled = layout.cpu?.version === 2 ? enableCpu(layout.cpu.dir) : ok(() => {});
  if (!enabled.ok) return enabled;
  const giveBack = enabled.value;
  const remove = async (): Promise<string[]> => {
    const left = (await Promise.all(tops.map((top) => removeTree(top)))).flat();
    giveBack();
    return left;
  };
  try {
    for (const top of tops) {
      mkdirSync(top);
      if (layout.cpu?.version === 2 && top.startsWith(layout.cpu.dir)) writeControl(top, "+cpu");
      for (const part of PARTS) mkdirSync(join(top, part));
    }
  } catch (error) {
    for (const top of tops) removeEmpty(top);
    giveBack();
    return failed("SW-LAB", `cannot make cgroups named ${name}: ${errnoOf(error) || String(error)}`);
  }
  return ok({
    root: `/${name}`,
    path: (part) => `/${name}/${part}`,
    procsFiles: (part) => tops.map((top) => join(top, part, "cgroup.procs")),
    remove,
  });
}

/** Removes the groups of labs that were killed, never those of a running one. Returns their names. */
export async function removeDeadLabs(layout: CgroupLayout, procRoot = "/proc"): Promise<string[]> {
  const found = new Set<string>();
  for (const root of hierarchyRoots(layout))
    for (const name of readdirSync(root)) {
      if (!isOfDeadLab(name, procRoot)) continue;
      found.add(name);
      await removeTree(join(root, name));
    }
  return [...found];
}

/** Pure v2: children have cpu files only where the parent delegates the controller. */
function enableCpu(root: string): Result<() => void> {
  const control = readFileSync(join(root, "cgroup.subtree_control"), "utf8");
  if (control.split(/\s+/).includes("cpu")) return ok(() => {});
  try {
    writeControl(root, "+cpu");
  } catch (error) {
    return failed("SW-LAB", `the root cgroup does not delegate the cpu controller and refuses to: ${errnoOf(error)}`);
  }
  return ok(() => {
    try {
      writeControl(root, "-cpu");
    } catch {
      // Somebody else delegates it further by now: it is theirs.
    }
  });
}

function writeControl(dir: string, text: string): void {
  writeFileSync(join(dir, "cgroup.subtree_control"), text, { flag: "r+" });
}

/** Ends what lives in the tree (a frozen task dies only once thawed on v1) and removes it from the leaves up. */
async function removeTree(top: string): Promise<string[]> {
  if (!existsSync(top)) return [];
  for (let attempt = 0; attempt < 40; attempt++) {
    const dirs = [
      top,
      ...readdirSync(top, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [join(top, e.name)] : [])),
    ];
    for (const dir of dirs) endAll(dir);
    removeEmpty(top);
    if (!existsSync(top)) return [];
    await sleep(50);
  }
  return [top];
}

function endAll(dir: string): void {
  tryWrite(join(dir, "cgroup.freeze"), "0");
  tryWrite(join(dir, "freezer.state"), "THAWED");
  for (const pid of readPids(dir)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone in the meantime.
    }
  }
}

function removeEmpty(top: string): void {
  for (const dir of [...PARTS.map((part) => join(top, part)), top]) {
    try {
      rmdirSync(dir);
    } catch {
      // Not there, or still in use: seen by whoever looks whether the top is gone.
    }
  }
}

function readPids(dir: string): number[] {
  try {
    return readFileSync(join(dir, "cgroup.procs"), "utf8")
      .split("\n")
      .map(Number)
      .filter((pid) => pid > 1);
  } catch {
    return [];
  }
}

function tryWrite(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "r+" });
  } catch {
    // This kind of cgroup has no such file.
  }
}
