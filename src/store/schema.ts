import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../core/clock.ts";

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

/** The version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** 0 for a database that nothing was ever stored in. Throws what SQLite throws; changes nothing. */
export function schemaVersion(db: DatabaseSync): number {
  const known = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'").get();
  if (known === undefined) return 0;
  return Number(db.prepare("SELECT coalesce(max(version), 0) AS version FROM migrations").get()?.["version"] ?? 0);
}

/** Brings the database up to date in one transaction, or leaves it as it is. Throws what SQLite throws. */
export function migrate(db: DatabaseSync, clock: Clock, steps: readonly string[] = MIGRATIONS): void {
  const version = schemaVersion(db);
  if (version >= steps.length) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    db.exec("CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT");
    const note = db.prepare("INSERT INTO migrations (version, at_ms) VALUES (?, ?)");
    for (const [index, sql] of steps.entries()) {
      if (index < version) continue;
      db.exec(sql);
      note.run(index + 1, Math.floor(clock.wallMs()));
    }
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}
