import { posix } from "node:path";
import type { AgentContext } from "../../core/agent.ts";
import type { DangerFact } from "./danger.ts";
import { processKey } from "../../core/entity.ts";
import type { SensedEvent } from "../../core/event.ts";
import { fileActOf, type FileAct } from "./files/file-act.ts";

/**
 * What a fact speaks of where it does not say so itself: the event that it was told at, or of what is done to files, the files, for
 * opening, renaming and changing the mode of one file are steps of one deed. Where no event was the reason, the fact is a deed of its own.
 */
export function deedsOf(
  { kind, entity }: Pick<DangerFact, "kind" | "entity">,
  { cause, processes }: Pick<AgentContext, "cause" | "processes">,
): readonly string[] {
  if (cause === undefined) return [`${kind} of ${entity}`];
  const act = fileActOf(cause, { processes });
  if (act === undefined) return [deedOfEvent(cause)];
  const files = deedsOnFiles([act.path, act.from]);
  return act.act === "read" || act.act === "missed" ? files : [...files, changesIn(act)];
}

/** Changes that one process makes in one folder are one deed: a copy kept beside, a new file, its renaming into place. */
export function changesIn({ by, path }: Pick<FileAct, "by" | "path">): string {
  return `changes in ${posix.dirname(path)} by ${by}`;
}

export function deedsOnFiles(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => path !== "").map((path) => `file ${path}`);
}

/**
 * Starting a program is two things to observe, by different means: that this one started that one, which the tree of processes
 * shows, and what the file is that runs now, which its inode shows.
 */
export function deedOfStart(event: SensedEvent): string {
  return `${deedOfEvent(event)} start`;
}

function deedOfEvent(event: SensedEvent): string {
  return `${processKey(event.process)} ${event.atNs}`;
}
