import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/errors.ts";

/** Steps from an empty database to today's. A step that was released is never edited: a change is a new step. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE memory (agent TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
   CREATE TABLE incidents (
     id TEXT PRIMARY KEY, last_ms INTEGER NOT NULL, status TEXT NOT NULL, json TEXT NOT NULL
   ) STRICT;
   CREATE INDEX incidents_last ON incidents (last_ms);
   CREATE TABLE changes (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, json TEXT NOT NULL
   ) STRICT;`,
  "CREATE TABLE trails (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, json TEXT NOT NULL) STRICT;",
];

/** Brings the database up to date in one transaction. Throws what SQLite throws. */
export function migrate(db: DatabaseSync, clock: Clock): Result<void> {
  db.exec("CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT");
  const row = db.prepare("SELECT coalesce(max(version), 0) AS version FROM migrations").get();
  const version = Number(row?.["version"] ?? 0);
  if (version > MIGRATIONS.length) {
    return failed("SW-STORE-NEWER", `its version is ${version}, this program knows up to ${MIGRATIONS.length}`);
  }
  if (version === MIGRATIONS.length) return ok(undefined);
  db.exec("BEGIN IMMEDIATE");
  try {
    const note = db.prepare("INSERT INTO migrations (version, at_ms) VALUES (?, ?)");
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < version) continue;
      db.exec(sql);
      note.run(index + 1, Math.floor(clock.wallMs()));
    }
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
  return ok(undefined);
}
