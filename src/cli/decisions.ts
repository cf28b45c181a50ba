import { throughAssistant } from "../core/assistants.ts";
import { type ErrorCode, failed, ok, type Result } from "../core/errors.ts";
import type { StatePaths } from "../core/state-paths.ts";
import type { ApiClient } from "../api/client.ts";
import { confirmUndone } from "./confirm.ts";
import { currentUid } from "./global-options.ts";
import { person } from "./person.ts";
import { askWarden, askWardenElse } from "./warden-client.ts";
import { wardenPid, wardenWords } from "./warden-note.ts";

/** Where a decision is carried out, and whether a person types it or an assistant asks on that person's behalf. */
export interface DecisionDesk {
  readonly paths: StatePaths;
  readonly client: ApiClient;
  readonly through?: "assistant";
}

export type Said = Result<{ readonly says: string }>;

export function approve({ paths, through }: DecisionDesk, id: string): Promise<Said> {
  return askWarden(paths.control, { ask: "approve", id, ...(through && { through }) });
}

/**
 * A proposal is declined by root with the warden itself: that is a decision of the guard. That an incident is nothing is
 * told to the hive, which learns from it: whoever may read its socket may say so.
 */
export function dismiss(desk: DecisionDesk, id: string): Promise<Said> {
  if (id.startsWith("i-")) return desk.client.dismiss(id, asker(desk));
  const { paths, through } = desk;
  return askWarden(paths.control, { ask: "dismiss", id, ...(through && { through }) });
}

/** Takes one change back, or the word that an incident is nothing. Root does better than believe the unprivileged half. */
export async function undo(desk: DecisionDesk, id: string): Promise<Said> {
  const { paths, client, through } = desk;
  if (id.startsWith("i-")) return client.reopen(id, asker(desk));
  const throughHive = (): Promise<Said> => client.undo(id, asker(desk));
  if (currentUid() !== 0) return throughHive();
  const asked = await askWardenElse(paths.control, { ask: "undo", id, ...(through && { through }) }, throughHive);
  if (!asked.ok && UNSURE.has(asked.code) && wardenPid(paths.note) !== undefined) {
    const code = asked.code === "SW-NOT-RUNNING" ? "SW-NO-ANSWER" : asked.code;
    return failed(code, `${asked.says}; ${wardenWords(paths.note)}`);
  }
  if (!asked.ok) return asked;
  // Only root may read the journal.
  const confirmed = confirmUndone(paths, id);
  return confirmed.ok ? ok({ says: asked.value.says }) : confirmed;
}

function asker({ through }: DecisionDesk): string {
  return through === undefined ? person() : throughAssistant(person());
}

/** While a warden lives, nobody knows after these whether it was done. */
const UNSURE: ReadonlySet<ErrorCode> = new Set(["SW-NO-ANSWER", "SW-NOT-RUNNING", "SW-INTERNAL"]);
