import type { AgentContext } from "../../../core/agent.ts";
import type { SensedEvent } from "../../../core/event.ts";
import { BoundPlaces } from "./bound-places.ts";
import { fileActOf, type FileAct } from "./file-act.ts";

/**
 * File acts with the places that they are about, also where the doer's line of processes has bound those elsewhere. In which namespace somebody bound
 * something is not known: so both are told, for who binds what is harmless over a place, where nobody else sees it, must not hide what is done
 * to that place. Who keeps one wants events of kind "mount".
 */
export class FileActs {
  private readonly bound = new BoundPlaces();

  /** As `fileActOf` tells it, by the kernel's places, and then by those that were bound there, where some were. A mount is noted, and no act. */
  of(event: SensedEvent, context: Pick<AgentContext, "processes">): readonly FileAct[] {
    if (event.kind === "mount") {
      this.bound.note(event, context);
      return [];
    }
    const act = fileActOf(event, context);
    if (act === undefined) return [];
    const path = this.bound.trueOf(act.path, act.by, context);
    // A symbolic link's text is what it says, not a place.
    const from = act.act === "symlink" ? act.from : this.bound.trueOf(act.from, act.by, context);
    return path === act.path && from === act.from ? [act] : [act, { ...act, path, from }];
  }
}
