import { lstatSync, readdirSync, rmSync, type Stats } from "node:fs";
import { join } from "node:path";
import { readStatus } from "../kernel/procfs.ts";

/** What a hive may use at most, whoever started it. An honest one has 90 MB resident and three files. */
export const HIVE_BOUNDS = {
  /** Resident and swapped out. */
  memoryBytes: 512 << 20,
  /** Its folder: a database of 256 MB at most (store/store-port.ts), its log, and copies set aside when one was damaged. */
  folderBytes: 1 << 30,
  /** Files and folders in it, at every depth. */
  entries: 64,
} as const;

/** What is kept when the folder must be emptied: what was learned, unless that is too much itself. */
const LEARNED = /^memory\.db(-wal|-shm|-journal)?$/;
const BLOCK = 512;

export type Bounds = Record<keyof typeof HIVE_BOUNDS, number>;

/**
 * Holds a hive to bounds that need no control group: cheap enough to look every second, and looked at from outside, by
 * what it cannot lie about. It is for the caller to end it.
 */
export class HiveBounds {
  private readonly folder: string;
  private readonly procRoot: string;
  private readonly bounds: Bounds;

  constructor(folder: string, procRoot = "/proc", bounds: Bounds = HIVE_BOUNDS) {
    this.folder = folder;
    this.procRoot = procRoot;
    this.bounds = bounds;
  }

  /** Why it must go; undefined where it is within its bounds, or gone. */
  fault(pid: number): string | undefined {
    const status = readStatus(pid, this.procRoot);
    const used = ["VmRSS", "VmSwap"].reduce((sum, field) => sum + kilobytes(status?.(field)) * 1024, 0);
    if (used > this.bounds.memoryBytes) return `used ${megabytes(used)} of memory`;
    const { bytes, entries } = this.measure();
    if (bytes > this.bounds.folderBytes) return `filled its folder with ${megabytes(bytes)}`;
    return entries > this.bounds.entries ? `filled its folder with more than ${this.bounds.entries} files` : undefined;
  }

  /**
   * Brings the folder back within its bounds; only while nobody who owns it runs. Everything but what was learned goes, and
   * that too where it alone is too much. Gives what was done, in words; undefined where nothing had to be.
   */
  tidy(): string | undefined {
    if (!this.isOver()) return undefined;
    this.remove((name) => !LEARNED.test(name));
    if (!this.isOver()) return "everything in its folder but what it had learned was deleted";
    this.remove(() => true);
    return "everything in its folder was deleted, what it had learned too";
  }

  private isOver(): boolean {
    const { bytes, entries } = this.measure();
    return bytes > this.bounds.folderBytes || entries > this.bounds.entries;
  }

  private remove(chosen: (name: string) => boolean): void {
    for (const name of names(this.folder)) {
      if (chosen(name)) rmSync(join(this.folder, name), { recursive: true, force: true });
    }
  }

  /** Stops counting soon after the bound: a folder can be made that takes for ever to walk. */
  private measure(): { bytes: number; entries: number } {
    let [bytes, entries] = [0, 0];
    const waiting = [this.folder];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      for (const name of names(folder)) {
        if (++entries > this.bounds.entries) return { bytes, entries };
        const stat = lookAt(join(folder, name));
        if (stat === "refused") return { bytes, entries: this.bounds.entries + 1 };
        bytes += (stat?.blocks ?? 0) * BLOCK;
        if (stat?.isDirectory() === true) waiting.push(join(folder, name));
      }
    }
    return { bytes, entries };
  }
}

/** "refused": it cannot be measured, as a path that was made too long from within a room, or by moving folders (ENAMETOOLONG). No honest hive has such. */
function lookAt(path: string): Stats | undefined | "refused" {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return "refused";
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** "85000 kB". */
function kilobytes(text: string | undefined): number {
  return Number.parseInt(text ?? "", 10) || 0;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / (1 << 20))} MB`;
}
