import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import type { CgroupLayout } from "../kernel/cgroup-layout.ts";
import { isOfDeadLab } from "./lab-id.ts";

export const PARTS = ["service", "batch", "app"] as const;
export type Part = (typeof PARTS)[number];

/** The lab's own cgroups: `/NAME/PART` in every hierarchy that counts, and nothing else. */
export interface LabGroups<P extends string = Part> {
  /** "/swarms-lab-…" */
  readonly root: string;
  path(part: P): string;
  /** Files that a process writes itself into, one per hierarchy. */
  procsFiles(part: P): readonly string[];
  /** Thaws and ends whatever is inside, then removes the groups. Returns what could not be removed. */
  remove(): Promise<readonly string[]>;
}

/** What the groups are to hold back, beside being counted and frozen. */
export type LabController = "cpu" | "memory" | "io";

/** Root directories of the hierarchies that the layer reads or writes, each once. */
export function hierarchyRoots(layout: CgroupLayout, controllers: readonly LabController[] = ["cpu"]): string[] {
  const cpu = layout.cpu?.dir;
  const [memory, io] = (["memory", "io"] as const).map((each) =>
    controllers.includes(each) ? layout[each]?.dir : undefined,
  );
  // v1 accounts CPU time in `cpuacct`, which some hosts mount beside `cpu` and others together with it.
  const accounting = layout.cpu?.version === 1 && cpu !== undefined ? join(dirname(cpu), "cpuacct") : undefined;
  const dirs = [cpu, layout.v2, layout.freezer?.dir, accounting, memory, io].filter(
    (dir): dir is string => dir !== undefined && existsSync(join(dir, "cgroup.procs")),
  );
  return [...new Set(dirs.map((dir) => realpathSync(dir)))];
}

export function makeLabGroups(layout: CgroupLayout, name: string): Result<LabGroups>;
export function makeLabGroups<P extends string>(
  layout: CgroupLayout,
  name: string,
  parts: readonly P[],
  controllers?: readonly LabController[],
): Result<LabGroups<P>>;
export function makeLabGroups(
  layout: CgroupLayout,
  name: string,
  parts: readonly string[] = PARTS,
  controllers: readonly LabController[] = ["cpu"],
): Result<LabGroups<string>> {
  const root = layout.v2 ?? "/";
  const tops = hierarchyRoots(layout, controllers).map((each) => join(each, name));
  const delegated = controllers.filter((controller) => layout[controller]?.version === 2);
  const enabled = enableControllers(root, delegated);
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
      for (const controller of delegated)
        if (dirname(top) === realpathSync(layout[controller]?.dir ?? root)) writeControl(top, `+${controller}`);
      for (const part of parts) mkdirSync(join(top, part));
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
  for (const root of hierarchyRoots(layout, ["cpu", "memory", "io"]))
    for (const name of readdirSync(root)) {
      if (!isOfDeadLab(name, procRoot)) continue;
      found.add(name);
      await removeTree(join(root, name));
    }
  return [...found];
}

/** Pure v2: children have a controller's files only where the parent delegates it. */
function enableControllers(root: string, controllers: readonly LabController[]): Result<() => void> {
  if (controllers.length === 0) return ok(() => {});
  const delegated = readFileSync(join(root, "cgroup.subtree_control"), "utf8").split(/\s+/);
  const enabled: LabController[] = [];
  const giveBack = (): void => {
    for (const controller of enabled)
      try {
        writeControl(root, `-${controller}`);
      } catch {
        // Somebody else delegates it further by now: it is theirs.
      }
  };
  for (const controller of controllers.filter((each) => !delegated.includes(each)))
    try {
      writeControl(root, `+${controller}`);
      enabled.push(controller);
    } catch (error) {
      giveBack();
      const says = `the root cgroup does not delegate the ${controller} controller and refuses to: ${errnoOf(error)}`;
      return failed("SW-LAB", says);
    }
  return ok(giveBack);
}

function writeControl(dir: string, text: string): void {
  writeFileSync(join(dir, "cgroup.subtree_control"), text, { flag: "r+" });
}

/** Ends what lives in the tree (a frozen task dies only once thawed on v1) and removes it from the leaves up. */
async function removeTree(top: string): Promise<string[]> {
  if (!existsSync(top)) return [];
  for (let attempt = 0; attempt < 40; attempt++) {
    for (const dir of groupsOf(top)) endAll(dir);
    removeEmpty(top);
    if (!existsSync(top)) return [];
    await sleep(50);
  }
  return [top];
}

/** Leaves first. */
function groupsOf(top: string): string[] {
  if (!existsSync(top)) return [];
  const children = readdirSync(top, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...children.flatMap(({ name }) => groupsOf(join(top, name))), top];
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
  for (const dir of groupsOf(top)) {
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
