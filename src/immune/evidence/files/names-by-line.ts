import type { AgentContext } from "../../../core/agent.ts";
import type { EntityKey } from "../../../core/entity.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { lineOf } from "../../programs/process-line.ts";

const NAMES = {
  /** A host has dozens of bound places, container hosts some hundreds; links to secrets are rarer. */
  places: 1024,
  /** Services and sessions that give one place another meaning. */
  lines: 16,
  /** Deeper places are cut off by the kernel's own limit of a path, not by this. */
  depth: 64,
} as const;

type Host = Pick<AgentContext, "processes">;

/**
 * What a place is besides what the kernel calls it, for those who made it so. Goes by names as typed, whichever namespace they
 * are in, so each line of processes (process-line.ts) is judged by what it did itself: who gives secrets the names of what
 * everybody reads, in a namespace of his own or in a folder of others, makes thieves of nobody else.
 */
export class NamesByLine {
  /** By the place, and there by who stands at the head of the line that named it. */
  private readonly places = new Map<string, Map<EntityKey, string>>();

  /** Where a path leads by what the line of `by` has named; the same where it has named nothing. */
  trueOf(path: string, by: EntityKey, { processes }: Host): string {
    if (this.places.size === 0) return path;
    let line: EntityKey | undefined;
    for (let end = path.length, left = NAMES.depth; end > 0 && left > 0; end = path.lastIndexOf("/", end - 1), left--) {
      const named = this.places.get(path.slice(0, end));
      if (named === undefined) continue;
      line ??= lineOf(by, processes);
      const source = named.get(line);
      if (source !== undefined) return source + path.slice(end);
    }
    return path;
  }

  /** Of what has another name already, that by which it was known first. A root is "". */
  put(place: string, source: string, by: EntityKey, host: Host): void {
    const origin = this.trueOf(source, by, host);
    const named = this.places.get(place) ?? new Map<EntityKey, string>();
    const line = lineOf(by, host.processes);
    named.delete(line);
    named.set(line, origin);
    dropOldest(named, NAMES.lines);
    this.places.delete(place);
    this.places.set(place, named);
    dropOldest(this.places, NAMES.places);
  }
}
