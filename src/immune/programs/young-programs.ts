import { fileKey, type EntityKey } from "../../core/entity.ts";
import type { ExecEvent } from "../../core/event.ts";
import { writtenMs } from "./file-age.ts";
import { dropOldest } from "../bounded/oldest.ts";

export const YOUNG = {
  /** A program is young this long after its file was written: an installation, its first test run and its first build. */
  limitMs: 3_600_000,
  /** Programs remembered. */
  files: 1024,
} as const;

/**
 * Programs whose own file was written lately. That they start and do things for the first time is what
 * being new means: it has the same cause as the freshness of their file, and is no second sign of danger.
 */
export class YoungPrograms {
  private readonly written = new Map<EntityKey, number>();

  /** By the younger of both file times, as for freshness (file-age.ts). */
  note(event: ExecEvent, wallMs: number): void {
    const atMs = writtenMs(event, wallMs);
    if (atMs === 0 || wallMs - atMs > YOUNG.limitMs) return;
    const key = fileKey(event.exe);
    this.written.delete(key);
    this.written.set(key, atMs);
    dropOldest(this.written, YOUNG.files);
  }

  /** Age of the file, milliseconds, of a young program; undefined of an older one and of one that was not seen to start. */
  ageMs(exe: EntityKey, wallMs: number): number | undefined {
    const atMs = this.written.get(exe);
    return atMs === undefined || wallMs - atMs > YOUNG.limitMs ? undefined : Math.max(0, wallMs - atMs);
  }
}
