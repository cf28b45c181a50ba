import { appendFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Queued } from "./disk-queue.ts";

/** Two files of this size at most: the one that is written, and the one before. */
const MAX_BYTES = 1 << 20;

/** Puts aside what will not be delivered, with the reason, for a person to look at. False where that fails too. */
export function putAside(folder: string, item: Queued, why: string): boolean {
  const path = join(folder, "dead.jsonl");
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > MAX_BYTES) renameSync(path, `${path}.1`);
    appendFileSync(path, `${JSON.stringify({ why, ...item })}\n`, { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}
