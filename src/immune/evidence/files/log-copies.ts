import type { EntityKey } from "../../../core/entity.ts";
import type { FileAct } from "./file-act.ts";
import { beforeRotation, logAt } from "./log-places.ts";
import { dropOldest } from "../../bounded/oldest.ts";

const COPIES = {
  /** A rotation compresses what it put aside within minutes, or at its next run, where what goes is old. */
  windowMs: 600_000,
  logs: 512,
  copiesOfOne: 8,
  readers: 256,
  readsOfOne: 8,
} as const;

/**
 * What is left of a log that goes: rotation puts a log aside before it begins another, so that nothing is lost; clearing
 * leaves nothing. Goes by what is done and not by who does it. A copy counts where it is the log itself under another name, or
 * was written by who had read it.
 */
export class LogCopies {
  private readonly copies = new Map<string, Map<string, number>>();
  private readonly reads = new Map<EntityKey, Set<string>>();

  /** Every act on files, before it is judged; the second path as seen from the same root. */
  note(act: FileAct, path: string, from: string | undefined, nowMs: number): void {
    if (act.act === "read" || (act.reads && !act.creates)) this.noteRead(act.by, path);
    if ((act.act === "rename" || act.act === "link") && from !== undefined) {
      const log = beforeRotation(from);
      if (logAt(from) !== undefined && logAt(path) !== undefined && beforeRotation(path) === log)
        this.add(log, path, nowMs);
    }
    if (act.act === "write" && this.reads.get(act.by)?.has(beforeRotation(path)) && path !== beforeRotation(path)) {
      this.add(beforeRotation(path), path, nowMs);
    }
  }

  /** Whether a copy is left when this one goes, and whether this one is such a copy itself, put aside just now. */
  without(path: string, nowMs: number): { readonly left: boolean; readonly wasCopy: boolean } {
    const copies = this.copies.get(beforeRotation(path));
    const young = [...(copies ?? [])].filter(([, atMs]) => nowMs - atMs < COPIES.windowMs).map(([copy]) => copy);
    copies?.delete(path);
    return { left: young.some((copy) => copy !== path), wasCopy: young.includes(path) };
  }

  private noteRead(by: EntityKey, path: string): void {
    if (logAt(path) === undefined) return;
    const read = this.reads.get(by) ?? new Set<string>();
    read.add(beforeRotation(path));
    dropOldest(read, COPIES.readsOfOne);
    this.reads.delete(by);
    this.reads.set(by, read);
    dropOldest(this.reads, COPIES.readers);
  }

  private add(log: string, copy: string, nowMs: number): void {
    const copies = this.copies.get(log) ?? new Map<string, number>();
    copies.set(copy, nowMs);
    dropOldest(copies, COPIES.copiesOfOne);
    this.copies.delete(log);
    this.copies.set(log, copies);
    dropOldest(this.copies, COPIES.logs);
  }
}
