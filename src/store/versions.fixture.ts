/**
 * The database as each version of the program made and filled it: literal, so that a step which is edited after its release is
 * found. A new version adds an entry here and changes none.
 */
export interface OldVersion {
  readonly version: number;
  readonly sql: string;
  /** What a store of today must give back of it. */
  readonly holds: { readonly memory: unknown; readonly trails: readonly unknown[] };
}

const MIGRATIONS = "CREATE TABLE migrations (version INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT;";
const FIRST = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE memory (agent TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
  CREATE TABLE incidents (
     id TEXT PRIMARY KEY, last_ms INTEGER NOT NULL, status TEXT NOT NULL, json TEXT NOT NULL
   ) STRICT;
  CREATE INDEX incidents_last ON incidents (last_ms);
  CREATE TABLE changes (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, json TEXT NOT NULL
   ) STRICT;
  INSERT INTO migrations VALUES (1, 1700000000000);
  INSERT INTO memory VALUES ('lineage', 1700000000000, '{"edges":[["sshd","bash",3]]}');
  INSERT INTO changes (id, at_ms, json) VALUES ('c-1', 1700000000000, '{"kind":"cpu.idle"}');`;
const SECOND = `
  CREATE TABLE trails (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
  INSERT INTO migrations VALUES (2, 1700000000001);
  INSERT INTO trails VALUES ('t-1', 1700000000001, '{"gain":0.1}');`;

const LINEAGE = { edges: [["sshd", "bash", 3]] };

export const OLD_VERSIONS: readonly OldVersion[] = [
  { version: 1, sql: MIGRATIONS + FIRST, holds: { memory: LINEAGE, trails: [] } },
  { version: 2, sql: MIGRATIONS + FIRST + SECOND, holds: { memory: LINEAGE, trails: [{ gain: 0.1 }] } },
];
