import type { AgentContext } from "../../core/agent.ts";
import type { DangerFact } from "./danger.ts";
import { processKey } from "../../core/entity.ts";
import type { SensedEvent } from "../../core/event.ts";
import { fileActOf } from "./files/file-act.ts";

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
  return deedsOnFiles([act.path, act.from]);
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
