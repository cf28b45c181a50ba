import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CgroupLayout } from "../kernel/cgroup-layout.ts";
import { type LabGroups, type Part, PARTS } from "./lab-groups.ts";

/** Everything the layer may write in one of the lab's groups, as the kernel shows it. */
export type KnobValues = Readonly<Record<string, string>>;

/** Files per controller and version of its hierarchy; what a kernel does not have is left out. */
const KNOB_FILES = {
  cpu: { 1: ["cpu.shares", "cpu.idle"], 2: ["cpu.weight", "cpu.idle"] },
  freezer: { 1: ["freezer.state"], 2: ["cgroup.freeze"] },
} as const;

export function readKnobs(layout: CgroupLayout, groups: LabGroups, part: Part): KnobValues {
  const values: Record<string, string> = {};
  for (const controller of ["cpu", "freezer"] as const) {
    const hierarchy = layout[controller];
    if (hierarchy === undefined) continue;
    for (const file of KNOB_FILES[controller][hierarchy.version]) {
      const value = readFile(join(hierarchy.dir, groups.path(part), file));
      if (value !== undefined) values[file] = value;
    }
  }
  return values;
}

export function readAllKnobs(layout: CgroupLayout, groups: LabGroups): Readonly<Record<Part, KnobValues>> {
  const [service, batch, app] = PARTS.map((part) => readKnobs(layout, groups, part));
  return { service: service ?? {}, batch: batch ?? {}, app: app ?? {} };
}

/** Each knob that is not what it was, in words. */
export function differences(
  before: Readonly<Record<Part, KnobValues>>,
  after: Readonly<Record<Part, KnobValues>>,
): string[] {
  return PARTS.flatMap((part) =>
    Object.entries(before[part]).flatMap(([file, value]) =>
      after[part][file] === value ? [] : [`${part}: ${file} is ${after[part][file] ?? "gone"}, was ${value}`],
    ),
  );
}

/** Whether every task of the group has stopped, as the kernel itself reports it. */
export function isFrozen(layout: CgroupLayout, groups: LabGroups, part: Part): boolean {
  const freezer = layout.freezer;
  if (freezer === undefined) return false;
  const dir = join(freezer.dir, groups.path(part));
  return freezer.version === 2
    ? /^frozen 1$/m.test(readFile(join(dir, "cgroup.events")) ?? "")
    : readFile(join(dir, "freezer.state")) === "FROZEN";
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
