import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { type Restored, restoreChanges } from "../guard/restore.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { probeTools } from "../lab/crew.ts";
import { removeDeadLabs } from "../lab/lab-groups.ts";
import { complaint } from "./command-settings.ts";
import { endSession, runShell } from "./shell.ts";
import { readNote, removeNote } from "./undo-note.ts";

/** Where tunings keep what must outlive them. */
export interface TunePaths {
  /** One folder for each tuning file. */
  readonly runs: string;
  /** What they changed in the kernel, in the guard's format. */
  readonly journal: string;
}

export function tunePaths(stateDir: string): TunePaths {
  return { runs: join(stateDir, "tune"), journal: join(stateDir, "tune", "journal") };
}

/** A command that undoes something may take so long. */
const RESET_MS = 60_000;

/** Undoes what tunings that were killed left behind, here and in the kernel. Gives a line for everything that was done. */
export async function putBackDead(paths: TunePaths, fs: CgroupFs, clock: Clock): Promise<string[]> {
  if (!existsSync(paths.runs)) return [];
  const lines: string[] = [];
  for (const name of readdirSync(paths.runs)) lines.push(...(await putBackRun(join(paths.runs, name))));
  lines.push(...(await removeDeadLabs(fs.layout)).map((name) => `the group ${name} was removed`));
  const restored = restoreChanges({ folder: paths.journal, fs, clock, cause: "warden-lost" });
  return [...lines, ...(restored.ok ? saysOf(restored.value) : [])];
}

/** One tuning's commands, where it has ended without having undone them. */
export async function putBackRun(folder: string): Promise<string[]> {
  const note = readNote(folder);
  if (note === undefined || readProcessStat(note.owner.pid)?.startTicks === note.owner.startTicks) return [];
  const { running } = note;
  if (running !== undefined && readProcessStat(running.pid)?.startTicks === running.startTicks) endSession(running.pid);
  const lines: string[] = [];
  let stuck = false;
  for (const { knob, command } of note.resets) {
    const result = await runShell(command, { cwd: note.cwd, timeoutMs: RESET_MS, tools: probeTools() });
    stuck ||= !result.ok;
    lines.push(result.ok ? `${knob} was reset` : complaint(knob, "reset", result));
  }
  if (!stuck) removeNote(folder);
  return lines;
}

function saysOf({ reverted }: Restored): string[] {
  return reverted.map(({ says }) => says);
}
