import { posix } from "node:path";
import type { AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey } from "../../../core/entity.ts";
import type { CallEvent } from "../../../core/event.ts";
import { absolute } from "../../rules/fields/path-of.ts";
import { answerableFor } from "../../programs/file-doers.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import type { FileAct } from "./file-act.ts";

const PLANTED = {
  /** Links to secrets are rare; a trap waits for the next run of a job, an hour or a night. */
  links: 512,
  forMs: 86_400_000,
} as const;

/**
 * Who laid a symbolic link to a secret into somebody else's way. Who follows one, such as a job that reads whatever lies in a
 * folder, has not sought the secret: whoever laid it has, and would else have another suspected, and contained, for it.
 */
export class PlantedLinks {
  private readonly links = new Map<string, { readonly by: readonly EntityKey[]; readonly atMs: number }>();

  /** Of a link's making, with what it says. */
  note(act: FileAct, isSecret: (path: string) => boolean, context: AgentContext): void {
    const target = absolute(act.from, posix.dirname(act.path));
    if (target === undefined || !isSecret(target)) return;
    this.links.delete(act.path);
    this.links.set(act.path, { by: answerableFor(act.by, context), atMs: context.nowMs });
    dropOldest(this.links, PLANTED.links);
  }

  /**
   * Who answers for an open that went through such a link, narrowest first; undefined where none did, or the reader or whoever
   * commands it laid it. Of what was opened from a folder's descriptor it is not known what was typed.
   */
  layer(event: CallEvent, doers: readonly EntityKey[], context: AgentContext): readonly EntityKey[] | undefined {
    if (this.links.size === 0) return undefined;
    const cwd = context.processes.get(processKey(event.process))?.details?.cwd ?? "";
    const link = this.links.get(absolute(event.path, cwd) ?? "");
    if (link === undefined || context.nowMs - link.atMs > PLANTED.forMs) return undefined;
    return link.by.some((each) => doers.includes(each)) ? undefined : link.by;
  }
}
