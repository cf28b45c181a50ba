import { readFileSync } from "node:fs";
import type { StatePaths } from "../core/state-paths.ts";
import { readProcessStat } from "../kernel/procfs.ts";

/** Who can be ended so that everything is put back. */
export function wardenWords(note: string): string {
  const pid = wardenPid(note);
  return pid === undefined
    ? "no living warden is known here"
    : `the warden is process ${pid}: \`kill -TERM ${pid}\` ends the layer and puts everything back`;
}

/** The pid in the note, where that very process still lives. */
export function wardenPid(note: string): number | undefined {
  try {
    const { warden, startTicks } = JSON.parse(readFileSync(note, "utf8")) as Record<string, unknown>;
    if (typeof warden !== "number" || !Number.isSafeInteger(warden) || warden < 2) return undefined;
    return readProcessStat(warden)?.startTicks === startTicks ? warden : undefined;
  } catch {
    return undefined;
  }
}

/** Why nobody serves the hive's socket although a warden lives; nothing where none does. */
export function hiveAway({ note, log }: StatePaths): string | undefined {
  const pid = wardenPid(note);
  if (pid === undefined) return undefined;
  return `the warden runs (process ${pid}), its hive does not: it is started anew by itself, and ${log} or \`journalctl -u swarms\` says why it ended`;
}
