import { closeSync, openSync, readdirSync, rmSync, unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { errnoOf } from "../core/errors.ts";

/** Copies beside the database; the oldest version goes first. */
const MAX_COPIES = 2;
const NAME = /\.version-(\d+)$/;

/**
 * Before an upgrade: a whole copy of the database as it is, beside it, so that the older program can be gone back to. One that
 * an earlier upgrade from the same version left is replaced. Throws what SQLite and the file system throw; then nothing may be upgraded.
 */
export function keepCopy(db: DatabaseSync, file: string, version: number): void {
  const copy = `${file}.version-${version}`;
  unlinkIfThere(copy);
  // SQLite takes an empty file as none (sqlite.org/lang_vacuum.html), and keeps its mode: what was learned is the hive's alone.
  closeSync(openSync(copy, "wx", 0o600));
  try {
    db.prepare("VACUUM INTO ?").run(copy);
  } catch (error) {
    rmSync(copy, { force: true });
    throw error;
  }
  dropOldest(file);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

function dropOldest(file: string): void {
  const folder = dirname(file);
  const copies = readdirSync(folder).flatMap((name) => {
    const [, version] = name.startsWith(`${basename(file)}.version-`) ? (NAME.exec(name) ?? []) : [];
    return version === undefined ? [] : [{ name, version: Number(version) }];
  });
  const newest = copies.toSorted((a, b) => b.version - a.version);
  for (const { name } of newest.slice(MAX_COPIES)) rmSync(join(folder, name), { force: true });
}
