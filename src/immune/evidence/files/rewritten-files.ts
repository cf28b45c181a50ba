import { posix } from "node:path";
import type { FileAct } from "./file-act.ts";
import { dropOldest } from "../../bounded/oldest.ts";

export const REWRITTEN = {
  files: 512,
  victims: 256,
  /** Who makes a copy under another name has lately read what it is a copy of. */
  recent: 8,
} as const;

/** A file that was there before and is not what it was. */
export interface Victim {
  readonly path: string;
  readonly atMs: number;
  readonly folder: string;
  /** Lower case with the dot, "" where it had none. */
  readonly suffix: string;
  /** What its content is called now, where that is another. */
  readonly newSuffix: string;
  /** Whether its old name is gone with nothing beside it that is called like it. */
  readonly vanished: boolean;
}

/**
 * What one doer did to files that others had made: which it read, which of those it wrote over, replaced by another, or removed after
 * it had made a copy under another name. Files of its own making are none: a compiler, an unpacker and a log have none.
 */
export class RewrittenFiles {
  private readonly read = new Set<string>();
  /** The last of them, written around in turn. */
  private readonly recent: string[] = [];
  private turn = -1;
  private readonly made = new Set<string>();
  /** What was made beside a file that was read, with its name and more. */
  private readonly copies = new Map<string, string>();
  private readonly copyOf = new Map<string, string>();
  /** New name of a file that was only renamed, and its old one. */
  private readonly renamed = new Map<string, string>();
  private readonly victims = new Map<string, Victim>();
  /** What a victim is called now, and what it was called. */
  private readonly names = new Map<string, string>();

  /** True where another file was lost by it. */
  note(act: FileAct, path: string, from: string | undefined, nowMs: number): boolean {
    switch (act.act) {
      case "read":
        return this.onRead(path);
      case "write":
        return this.onWrite(act, path, nowMs);
      case "rename":
        return from !== undefined && this.onRename(from, path, nowMs);
      case "remove":
        return this.onRemove(path, nowMs);
      default:
        return false;
    }
  }

  since(sinceMs: number): readonly Victim[] {
    for (const [path, { atMs }] of this.victims) if (atMs < sinceMs) this.victims.delete(path);
    return [...this.victims.values()];
  }

  private onRead(path: string): false {
    if (!this.made.has(path)) this.keepRead(path);
    return false;
  }

  private onWrite(act: FileAct, path: string, nowMs: number): boolean {
    if (this.made.has(path)) return false;
    const before = this.renamed.get(path);
    // Opened without O_CREAT it was there; whoever appends loses nothing.
    const wasThere = before !== undefined || this.read.has(path) || !(act.creates || act.appends);
    if (wasThere) return this.lose(before ?? path, path, nowMs);
    if (!act.creates) return false;
    this.make(path);
    const original = this.originalOf(path);
    if (original !== undefined) this.keepCopy(original, path);
    return false;
  }

  private onRename(from: string, to: string, nowMs: number): boolean {
    const original = this.names.get(from) ?? from;
    if (this.victims.has(original)) return this.lose(original, to, nowMs);
    if (this.made.has(from)) {
      // What was written aside is put in place of what was read.
      if (this.read.has(to)) return this.lose(to, to, nowMs);
      const copied = this.copyOf.get(from) ?? this.originalOf(to);
      if (copied !== undefined) this.keepCopy(copied, to);
      this.make(to);
      return false;
    }
    // Kept under the new name: what is made under the old one from now on takes nothing away.
    this.read.delete(from);
    this.renamed.set(to, this.renamed.get(from) ?? from);
    dropOldest(this.renamed, REWRITTEN.files);
    return false;
  }

  private onRemove(path: string, nowMs: number): boolean {
    const victim = this.names.get(path) ?? path;
    // Written over, and then removed by whatever name: destroyed.
    if (this.victims.has(victim)) return this.lose(victim, "", nowMs);
    if (this.made.delete(path) || !this.read.has(path)) return false;
    const copy = this.copies.get(path);
    return this.lose(path, copy ?? "", nowMs);
  }

  private lose(path: string, now: string, nowMs: number): boolean {
    const before = this.victims.get(path);
    const suffix = suffixOf(path);
    const newSuffix = now === "" || now === path ? "" : suffixOf(now);
    const vanished = now === "";
    this.victims.delete(path);
    this.victims.set(path, {
      path,
      atMs: nowMs,
      folder: posix.dirname(path),
      suffix,
      newSuffix: newSuffix === suffix ? "" : newSuffix,
      vanished,
    });
    dropOldest(this.victims, REWRITTEN.victims);
    // Known by its new name as well: what is written twice is lost once.
    if (now !== "" && now !== path) {
      this.make(now);
      this.names.set(now, path);
      dropOldest(this.names, REWRITTEN.victims);
    }
    return before === undefined || before.newSuffix !== newSuffix || before.vanished !== vanished;
  }

  /** The file read in the same folder whose name the new one begins with, whole or without its suffix. */
  private originalOf(path: string): string | undefined {
    const withoutSuffix = path.slice(0, path.length - suffixOf(path).length);
    if (this.read.has(withoutSuffix)) return withoutSuffix;
    for (const read of this.recent) {
      if (read !== path && read.slice(0, read.length - suffixOf(read).length) === withoutSuffix) return read;
    }
    return undefined;
  }

  private keepRead(path: string): void {
    if (this.recent[this.turn] === path) return;
    this.turn = (this.turn + 1) % REWRITTEN.recent;
    this.recent[this.turn] = path;
    if (this.read.has(path)) return;
    this.read.add(path);
    dropOldest(this.read, REWRITTEN.files);
  }

  private keepCopy(original: string, copy: string): void {
    this.copies.set(original, copy);
    this.copyOf.set(copy, original);
    dropOldest(this.copies, REWRITTEN.files);
    dropOldest(this.copyOf, REWRITTEN.files);
  }

  private make(path: string): void {
    this.made.add(path);
    dropOldest(this.made, REWRITTEN.files);
  }
}

/** Of "a.tar.GZ", ".gz". */
export function suffixOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const at = name.lastIndexOf(".");
  return at <= 0 ? "" : name.slice(at).toLowerCase();
}
