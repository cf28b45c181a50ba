import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import type { CgroupLayout } from "../kernel/cgroup-layout.ts";
import { Crew, probeTools, type Tools } from "./crew.ts";
import { isOfDeadLab, labName, thisProcess } from "./lab-id.ts";
import { type LabController, type LabGroups, makeLabGroups, PARTS, type Part, removeDeadLabs } from "./lab-groups.ts";

/** Everything the lab makes on the host, so that one call removes it all. */
export interface Workplace<P extends string = Part> {
  readonly folder: string;
  readonly stateDir: string;
  readonly groups: LabGroups<P>;
  readonly crew: Crew;
  readonly tools: Tools;
  /** Ends every process, removes every group and file. Returns what is still there. Safe to call twice. */
  close(): Promise<readonly string[]>;
}

/** Clears what killed labs left, then makes this lab's own: groups of these names below one, and a folder. */
export async function openWorkplace(layout: CgroupLayout): Promise<Result<Workplace>>;
export async function openWorkplace<P extends string>(
  layout: CgroupLayout,
  parts: readonly P[],
  controllers?: readonly LabController[],
): Promise<Result<Workplace<P>>>;
export async function openWorkplace(
  layout: CgroupLayout,
  parts: readonly string[] = PARTS,
  controllers: readonly LabController[] = ["cpu"],
): Promise<Result<Workplace<string>>> {
  await removeDeadLabs(layout);
  removeDeadFolders(tmpdir());
  const name = labName(thisProcess());
  let folder: string;
  try {
    folder = mkdtempSync(join(tmpdir(), `${name}-`));
  } catch (error) {
    return failed("SW-LAB", `cannot make a folder in ${tmpdir()}: ${errnoOf(error)}`);
  }
  const groups = makeLabGroups(layout, name, parts, controllers);
  if (!groups.ok) {
    rmSync(folder, { recursive: true, force: true });
    return groups;
  }
  // The layer's unprivileged half has to pass through to its own part of the state folder.
  chmodSync(folder, 0o711);
  const stateDir = join(folder, "state");
  mkdirSync(stateDir, { mode: 0o711 });
  const tools = probeTools();
  const crew = new Crew(tools);
  return ok({
    folder,
    stateDir,
    groups: groups.value,
    crew,
    tools,
    close: async () => {
      await crew.endAll();
      const left = [...crew.alive, ...(await groups.value.remove())];
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      return existsSync(folder) ? [...left, folder] : left;
    },
  });
}

/** Folders of killed labs; only those of this user, should another have made one of the same name. */
export function removeDeadFolders(parent: string, procRoot = "/proc"): string[] {
  const dead = readdirSync(parent).filter((name) => {
    if (!isOfDeadLab(name, procRoot)) return false;
    return statSync(join(parent, name), { throwIfNoEntry: false })?.uid === process.getuid?.();
  });
  for (const name of dead) rmSync(join(parent, name), { recursive: true, force: true });
  return dead;
}
