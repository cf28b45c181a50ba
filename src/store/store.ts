import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../core/clock.ts";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { keepCopy } from "./kept-copy.ts";
import { migrate, SCHEMA_VERSION, schemaVersion } from "./schema.ts";
import { setAside } from "./set-aside.ts";
import { storeFailure } from "./sqlite-failure.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { STORE_LIMITS, type Store, type StoreLimits } from "./store-port.ts";

export type { Store, StoreNotice } from "./store-port.ts";

/** Name of the database in the hive's own folder. */
export const STORE_FILE = "memory.db";

export interface OpenedStore {
  readonly store: Store;
  /** Code and sentence of what happened at opening that a person should know; undefined where all is well. */
  readonly notice: string | undefined;
}

/** Those that do not write: a file of a newer version is left as it is. */
const READING = `
  PRAGMA cell_size_check = ON;
  PRAGMA trusted_schema = OFF;`;

const WRITING = `
  -- One hive at a time; also spares the shared-memory file of WAL (sqlite.org/wal.html, "no shared memory").
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  -- Safe against a crash of the process; a power cut may cost the last transactions, never the file.
  PRAGMA synchronous = NORMAL;
  PRAGMA journal_size_limit = 4194304;`;

/**
 * Opens the store in a folder that exists and that this user can write. A damaged file is set aside
 * under a dated name and a new one begun; `notice` says so (SW-STORE-DAMAGED).
 *
 * Errors: SW-STATE-CREATE, SW-STATE-BUSY (another process has it open), SW-STATE-FULL, SW-STATE-IO, SW-STORE-NEWER.
 */
export function openStore(folder: string, clock: Clock, narrowed: Partial<StoreLimits> = {}): Result<OpenedStore> {
  const limits = { ...STORE_LIMITS, ...narrowed };
  const file = join(folder, STORE_FILE);
  const first = openDatabase(file, clock, limits.pages);
  if (first.ok) return ok({ store: new SqliteStore(first.value, clock, limits.rows), notice: undefined });
  if (first.code !== "SW-STORE-DAMAGED") return first;
  const moved = setAside(file, clock);
  if (!moved.ok) return moved;
  const second = openDatabase(file, clock, limits.pages);
  if (!second.ok) return second;
  const notice = `${first.code}: ${first.says}; set aside as ${printable(moved.value, 300)}, a new one is begun`;
  return ok({ store: new SqliteStore(second.value, clock, limits.rows), notice });
}

function openDatabase(file: string, clock: Clock, pages: number): Result<DatabaseSync> {
  const what = `cannot open ${printable(file, 300)}`;
  let db: DatabaseSync | undefined;
  try {
    createPrivately(file);
    db = new DatabaseSync(file, { timeout: 1000, allowExtension: false, defensive: true });
    const state = makeReady(db, file, clock, pages);
    if (state.ok) return ok(db);
    db.close();
    return failed(state.code, `${what}: ${state.says}`);
  } catch (error) {
    db?.close();
    return storeFailure(what, error);
  }
}

/** Whole, of a version that is known, and brought to today's; what it was before an upgrade is kept beside it. */
function makeReady(db: DatabaseSync, file: string, clock: Clock, pages: number): Result<void> {
  db.exec(READING);
  const version = schemaVersion(db);
  if (version > SCHEMA_VERSION) {
    return failed("SW-STORE-NEWER", `its version is ${version}, this program knows up to ${SCHEMA_VERSION}`);
  }
  db.exec(WRITING);
  db.exec(`PRAGMA max_page_count = ${Math.floor(pages)}`);
  const check = db.prepare("PRAGMA quick_check(1)").get();
  const verdict = String(Object.values(check ?? {})[0] ?? "no answer");
  if (verdict !== "ok") return failed("SW-STORE-DAMAGED", printable(verdict, 200));
  if (version > 0 && version < SCHEMA_VERSION) keepCopy(db, file, version);
  migrate(db, clock);
  return ok(undefined);
}

/** SQLite gives its side files the mode of the main file: what was learned is the hive's alone. */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
  }
}
