import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import { acquireLock, type FolderLock, selfOwner } from "../guard/journal/lock.ts";
import { makeFolder } from "../kernel/make-folder.ts";
import { type Begin, beginHistory, type History, readHistory } from "./history.ts";
import type { Knob } from "./knob.ts";
import type { TunePaths } from "./put-back.ts";
import type { LoadedTune } from "./tune-file-load.ts";

/** Where one file's tuning keeps its history, and what is to be undone. One process at a time. SW-TUNE, SW-STATE-CREATE. */
export function takeFolder(
  path: string,
  stateDir: string,
  { runs }: TunePaths,
): Result<{ readonly folder: string; readonly lock: FolderLock }> {
  const folder = join(runs, folderName(path));
  try {
    // The state folder is the layer's too, whose unprivileged half has to pass through.
    makeFolder(stateDir, 0o755);
    makeFolder(runs, 0o700);
    makeFolder(folder, 0o700);
  } catch (error) {
    return failed("SW-STATE-CREATE", `${folder}: ${errnoOf(error)}`);
  }
  const lock = acquireLock(folder, selfOwner());
  if (lock.ok) return ok({ folder, lock: lock.value });
  return lock.code === "SW-STATE-BUSY" ? failed("SW-TUNE", "this file is being tuned already") : lock;
}

/** Readable, and different for files of the same name. */
function folderName(path: string): string {
  const name = basename(path)
    .replace(/\.ya?ml$/, "")
    .replaceAll(/[^\w.-]/g, "_")
    .slice(0, 40);
  return `${name}-${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
}

/** What an earlier session measured, where it is to be gone on with; else the beginning of a new history. */
export function openHistory(
  { loaded, resume, wallMs }: { readonly loaded: LoadedTune; readonly resume: boolean; readonly wallMs: number },
  knobs: readonly Knob[],
  path: string,
): Result<History | undefined> {
  const begin: Begin = {
    type: "begin",
    v: 1,
    atMs: wallMs,
    path: loaded.path,
    sha256: createHash("sha256").update(loaded.text).digest("hex"),
    knobs: knobs.map(({ name }) => name),
    start: knobs.map(({ start }) => start),
  };
  if (!resume) return (beginHistory(path, begin), ok(undefined));
  const earlier = readHistory(path);
  if (!earlier.ok) return earlier;
  const { begin: was, ended } = earlier.value;
  if (ended) return failed("SW-TUNE-RESUME", `it came to its end: ${path}`);
  if (was.sha256 !== begin.sha256) return failed("SW-TUNE-RESUME", `${loaded.path} has been changed since`);
  const moved = knobs.find(({ start }, at) => start !== was.start[at]);
  if (moved !== undefined)
    return failed(
      "SW-TUNE-RESUME",
      `\`${moved.name}\` is at ${moved.start} now, and was at another value when it began`,
    );
  return earlier;
}
