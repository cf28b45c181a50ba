import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { migrate, SCHEMA_VERSION, schemaVersion } from "./schema.ts";
import { incidentCase } from "./store.cases.fixture.ts";
import { openStore, STORE_FILE } from "./store.ts";
import { OLD_VERSIONS } from "./versions.fixture.ts";

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "swarms-upgrade-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with the database as that version left it. */
function leftBy(t: TestContext, sql: string): { readonly folder: string; readonly file: string } {
  const folder = folderOf(t);
  const file = join(folder, STORE_FILE);
  const db = new DatabaseSync(file);
  db.exec(sql);
  const incident = db.prepare("INSERT INTO incidents (id, last_ms, status, json) VALUES (?, 5, 'dismissed', ?)");
  incident.run("i-1", JSON.stringify(incidentCase("i-1", 5)));
  db.close();
  return { folder, file };
}

/** Tables and indices, each as it was made, without the layout of the text. */
function shapeOf(file: string): readonly string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = db.prepare("SELECT type, name, coalesce(sql, '') AS sql FROM sqlite_master ORDER BY type, name").all();
  db.close();
  return rows.map(({ type, name, sql }) => `${type} ${name} ${String(sql).replaceAll(/\s+/g, " ")}`);
}

test("every version that ever was has its fixture", () => {
  assert.deepEqual(
    OLD_VERSIONS.map(({ version }) => version),
    Array.from({ length: SCHEMA_VERSION }, (_, at) => at + 1),
  );
});

for (const { version, sql, holds } of OLD_VERSIONS) {
  test(`what version ${version} learned is there after the upgrade, in the tables of a new store`, (t) => {
    const { folder, file } = leftBy(t, sql);
    const opened = openStore(folder, new FakeClock());
    assert.ok(opened.ok, opened.ok ? "" : opened.says);
    const { store, notice } = opened.value;
    assert.equal(notice, undefined);
    assert.deepEqual(store.loadMemory("lineage"), holds.memory);
    assert.deepEqual(store.changes(9), [{ kind: "cpu.idle" }]);
    assert.deepEqual(store.trails(), holds.trails);
    assert.deepEqual(store.incidents(9), [incidentCase("i-1", 5, { status: "dismissed" })]);
    assert.equal(store.putTrail("t-2", { gain: 0.2 }).ok, true);
    store.close();
    const fresh = folderOf(t);
    const made = openStore(fresh, new FakeClock());
    if (made.ok) made.value.store.close();
    assert.deepEqual(shapeOf(file), shapeOf(join(fresh, STORE_FILE)));
  });

  test(`an upgrade from version ${version} leaves a private copy that the older program can go on with`, (t) => {
    const { folder, file } = leftBy(t, sql);
    const before = shapeOf(file);
    const opened = openStore(folder, new FakeClock());
    if (opened.ok) opened.value.store.close();
    const copies = readdirSync(folder).filter((name) => name.includes(".version-"));
    assert.deepEqual(copies, version < SCHEMA_VERSION ? [`${STORE_FILE}.version-${version}`] : []);
    for (const copy of copies) {
      assert.equal(statSync(join(folder, copy)).mode & 0o777, 0o600);
      assert.deepEqual(shapeOf(join(folder, copy)), before);
      const db = new DatabaseSync(join(folder, copy), { readOnly: true });
      assert.equal(schemaVersion(db), version);
      assert.equal(db.prepare("SELECT count(*) AS n FROM memory").get()?.["n"], 1);
      db.close();
    }
  });
}

test("a step that fails leaves everything as it was", (t) => {
  const [first] = OLD_VERSIONS;
  assert.ok(first !== undefined);
  const { file } = leftBy(t, first.sql);
  const before = shapeOf(file);
  const db = new DatabaseSync(file);
  assert.throws(() => migrate(db, new FakeClock(), ["", "CREATE TABLE more (a TEXT) STRICT", "no such words"]));
  assert.equal(schemaVersion(db), 1);
  db.close();
  assert.deepEqual(shapeOf(file), before);
});

test("where no copy can be made nothing is upgraded", (t) => {
  const [first] = OLD_VERSIONS;
  assert.ok(first !== undefined);
  const { folder, file } = leftBy(t, first.sql);
  // A folder in its place that is not empty: it cannot be replaced, by root neither.
  mkdirSync(`${file}.version-1/in/the/way`, { recursive: true });
  const opened = openStore(folder, new FakeClock());
  assert.equal(opened.ok, false);
  const db = new DatabaseSync(file);
  assert.equal(schemaVersion(db), 1);
  db.close();
});

test("a store of a newer version is refused, and not a byte of it is touched", (t) => {
  const folder = folderOf(t);
  const file = join(folder, STORE_FILE);
  const db = new DatabaseSync(file);
  // In another journal mode than this program's, and with tables that it does not know.
  db.exec(`PRAGMA journal_mode = TRUNCATE; CREATE TABLE migrations (version INTEGER PRIMARY KEY, at_ms INTEGER) STRICT;
    CREATE TABLE later (a TEXT) STRICT; INSERT INTO migrations VALUES (${SCHEMA_VERSION + 1}, 0);`);
  db.close();
  const before = readFileSync(file);
  const opened = openStore(folder, new FakeClock());
  assert.equal(opened.ok ? "" : opened.code, "SW-STORE-NEWER");
  assert.deepEqual(readFileSync(file), before);
  assert.deepEqual(
    readdirSync(folder).filter(
      (name) => !name.startsWith(STORE_FILE) || name.includes("damaged") || name.includes("version"),
    ),
    [],
  );
});

test("of many upgrades the copies of the two latest versions stay", (t) => {
  const [first] = OLD_VERSIONS;
  assert.ok(first !== undefined);
  const { folder, file } = leftBy(t, first.sql);
  for (const older of ["0", "00"]) writeFileSync(`${file}.version-${older}`, "old");
  const opened = openStore(folder, new FakeClock());
  if (opened.ok) opened.value.store.close();
  const copies = readdirSync(folder).filter((name) => name.includes(".version-"));
  assert.equal(copies.length, 2);
  assert.ok(copies.includes(`${STORE_FILE}.version-1`));
});
