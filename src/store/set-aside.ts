import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { ok, type Result } from "../core/errors.ts";
import { storeFailure } from "./sqlite-failure.ts";

/** Damaged databases kept for examination; a disk that damages every one must not be filled by them. */
const KEPT = 5;
/** A write-ahead log left behind would be played into the new database. */
const SIDE_FILES = ["-wal", "-shm", "-journal"];

/** Renames a database with its side files to `NAME.damaged-DATE`; gives the new name. */
export function setAside(file: string, clock: Clock): Result<string> {
  const date = new Date(clock.wallMs()).toISOString().replaceAll(":", "-").replace("Z", "");
  const target = `${file}.damaged-${date}`;
  try {
    renameSync(file, target);
    for (const ending of SIDE_FILES) if (existsSync(file + ending)) renameSync(file + ending, target + ending);
    dropOldest(file);
    return ok(target);
  } catch (error) {
    return storeFailure(`cannot set aside the damaged ${basename(file)}`, error);
  }
}

function dropOldest(file: string): void {
  const folder = dirname(file);
  const isMain = (name: string): boolean => !SIDE_FILES.some((ending) => name.endsWith(ending));
  const damaged = readdirSync(folder).filter((name) => name.startsWith(`${basename(file)}.damaged-`) && isMain(name));
  for (const name of damaged.toSorted().slice(0, -KEPT)) {
    for (const ending of ["", ...SIDE_FILES]) rmSync(join(folder, name + ending), { force: true });
  }
}
