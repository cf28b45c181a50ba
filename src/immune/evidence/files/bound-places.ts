import type { AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey } from "../../../core/entity.ts";
import type { CallEvent } from "../../../core/event.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { absolute } from "../../rules/fields/path-of.ts";
import { NamesByLine } from "./names-by-line.ts";

/** Between open_tree(2) and move_mount(2): one process at a time makes few. */
const TREES = 256;

/** Of mount(2), its fourth argument: an existing place shown at another one as well (include/uapi/linux/mount.h). */
const MS_BIND = 0x1000;

type Host = Pick<AgentContext, "processes">;

/** What was bound where: of a file that is opened at a bound place the kernel tells that place, and not the one that it is. */
export class BoundPlaces {
  private readonly names = new NamesByLine();
  private readonly trees = new Map<EntityKey, string>();

  /** Of an event of kind "mount"; what binds nothing is passed over. */
  note(event: CallEvent, context: Host): void {
    if (event.result < 0) return;
    const by = processKey(event.process);
    const cwd = context.processes.get(by)?.details?.cwd ?? "";
    const path = (typed: string): string | undefined => absolute(typed, cwd);
    const bind = (source: string | undefined, place: string | undefined): void => this.bind(source, place, by, context);
    if (event.call === "open_tree" || event.call === "open_tree_attr") this.keepTree(by, path(event.path));
    else if (event.call === "move_mount") bind(this.trees.get(by), path(event.path2));
    else if (event.call === "mount" && ((event.args[3] ?? 0) & MS_BIND) !== 0)
      bind(path(event.path), path(event.path2));
  }

  /** Where a path leads by what the line of `by` has bound; the same where it has bound nothing. */
  trueOf(path: string, by: EntityKey, host: Host): string {
    return this.names.trueOf(path, by, host);
  }

  private keepTree(by: EntityKey, path: string | undefined): void {
    if (path === undefined) return;
    this.trees.delete(by);
    this.trees.set(by, path);
    dropOldest(this.trees, TREES);
  }

  private bind(source: string | undefined, place: string | undefined, by: EntityKey, host: Host): void {
    if (source === undefined || place === undefined || place === "/" || source === place) return;
    this.names.put(place, source === "/" ? "" : source, by, host);
  }
}
