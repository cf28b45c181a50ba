import assert from "node:assert/strict";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import type { ErrorCode, Result } from "../core/errors.ts";
import { setAside } from "./set-aside.ts";
import type { StoreLimits } from "./store-port.ts";
import { openStore, STORE_FILE, type Store } from "./store.ts";
import { incidentCase, storeCases } from "./store.cases.fixture.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "swarms-store-"));
  folders.push(folder);
  return folder;
}

function opened(folder: string, limits: Partial<StoreLimits> = {}): Store {
  return openedAs(folder, undefined, limits);
}

function openedAs(folder: string, notice: ErrorCode | undefined, limits: Partial<StoreLimits> = {}): Store {
  const result = openStore(folder, new FakeClock(), limits);
  assert.ok(result.ok, result.ok ? "" : `${result.code}: ${result.says}`);
  assert.equal(result.value.notice?.split(":")[0], notice);
  return result.value.store;
}

const codeOf = (result: Result<unknown>): string => (result.ok ? "" : result.code);

storeCases("store in SQLite", (rows) => opened(newFolder(), { rows }));

test("what was stored is there after a reopening, and nobody else may read it", () => {
  const folder = newFolder();
  const store = opened(folder);
  store.saveMemory("lineage", { a: 1 });
  store.putIncident(incidentCase("i-1", 5));
  store.dismissIncident("i-1");
  store.putChange("c-1", { x: 1 });
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
  store.close();
  store.close();
  const again = opened(folder);
  assert.deepEqual(again.loadMemory("lineage"), { a: 1 });
  assert.deepEqual(again.incidents(9), [incidentCase("i-1", 5, { status: "dismissed" })]);
  assert.deepEqual(again.changes(9), [{ x: 1 }]);
  assert.deepEqual(again.notices, []);
  again.close();
});

test("a damaged file is set aside under a dated name and a new store begun", () => {
  const folder = newFolder();
  writeFileSync(join(folder, STORE_FILE), "this is not a database".repeat(500));
  const result = openStore(folder, new FakeClock());
  assert.ok(result.ok);
  const { store, notice } = result.value;
  assert.match(notice ?? "", /^SW-STORE-DAMAGED: .* set aside as .*memory\.db\.damaged-2023-11-14T22-13-20\.000/);
  assert.equal(store.saveMemory("lineage", 1).ok, true);
  store.close();
  const aside = readdirSync(folder).find((name) => name.includes("damaged"));
  assert.match(readFileSync(join(folder, aside ?? ""), "utf8"), /^this is not a database/);
});

test("what was committed is there after a kill, even if only the log has it", () => {
  const folder = newFolder();
  const store = opened(folder);
  store.putChange("c-1", "kept");
  const killed = newFolder();
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(killed, name));
  store.close();
  const again = opened(killed);
  assert.deepEqual(again.changes(9), ["kept"]);
  again.close();
});

test("a log left beside a damaged file goes aside with it, so that it is not played into the new one", () => {
  const folder = newFolder();
  const file = join(folder, STORE_FILE);
  writeFileSync(file, "main");
  writeFileSync(`${file}-wal`, "log");
  const moved = setAside(file, new FakeClock());
  assert.ok(moved.ok);
  assert.equal(readFileSync(`${moved.value}-wal`, "utf8"), "log");
  assert.equal(readdirSync(folder).length, 2);
});

test("damage in the middle of a page, and a cut file, are found at opening", () => {
  for (const harm of [scribble, cut]) {
    const folder = newFolder();
    const store = opened(folder);
    for (let i = 0; i < 300; i++) store.putChange(`c-${i}`, "y".repeat(500));
    store.close();
    harm(join(folder, STORE_FILE));
    const again = openedAs(folder, "SW-STORE-DAMAGED");
    assert.deepEqual(again.changes(10), []);
    again.close();
  }
});

test("only the five latest damaged files are kept", () => {
  const folder = newFolder();
  const clock = new FakeClock();
  for (let i = 0; i < 8; i++) {
    writeFileSync(join(folder, STORE_FILE), `garbage ${i} `.repeat(1000));
    const result = openStore(folder, clock);
    if (result.ok) result.value.store.close();
    assert.equal(codeOf(result), "");
    rmSync(join(folder, STORE_FILE));
    clock.advance(60_000);
  }
  const kept = readdirSync(folder).filter((name) => name.includes("damaged"));
  assert.equal(kept.length, 5);
  assert.match(readFileSync(join(folder, kept.toSorted()[0] ?? ""), "utf8"), /^garbage 3 /);
});

test("a full disk refuses the write as a whole, says so, and keeps what was there", () => {
  const folder = newFolder();
  const store = opened(folder);
  store.putChange("c-1", "kept");
  store.close();
  const pages = opened(folder, { pages: 20 });
  assert.equal(codeOf(pages.putChange("c-2", "z".repeat(200_000))), "SW-STATE-FULL");
  assert.equal(codeOf(pages.saveMemory("lineage", "z".repeat(200_000))), "SW-STATE-FULL");
  assert.deepEqual(pages.changes(10), ["kept"]);
  assert.equal(pages.loadMemory("lineage"), undefined);
  assert.equal(pages.putChange("c-3", "small").ok, true, "small ones still fit");
  pages.close();
});

test("a second instance on the same folder is told that it is busy", () => {
  const folder = newFolder();
  const store = opened(folder);
  store.saveMemory("lineage", 1);
  assert.equal(codeOf(openStore(folder, new FakeClock())), "SW-STATE-BUSY");
  store.close();
  opened(folder).close();
});

test("a folder that is missing, or a file that is none, is said and nothing is thrown", () => {
  const folder = newFolder();
  assert.equal(codeOf(openStore(join(folder, "missing"), new FakeClock())), "SW-STATE-CREATE");
  writeFileSync(join(folder, "file"), "");
  assert.equal(codeOf(openStore(join(folder, "file"), new FakeClock())), "SW-STATE-CREATE");
});

test("a store written by a newer version is refused and left as it is", () => {
  const folder = newFolder();
  opened(folder).close();
  const db = new DatabaseSync(join(folder, STORE_FILE));
  db.exec("INSERT INTO migrations (version, at_ms) VALUES (999, 0)");
  db.close();
  assert.equal(codeOf(openStore(folder, new FakeClock())), "SW-STORE-NEWER");
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes("damaged")),
    [],
  );
});

test("a row that somebody edited into something else is passed over", () => {
  const folder = newFolder();
  const store = opened(folder);
  store.putIncident(incidentCase("i-1", 1));
  store.putIncident(incidentCase("i-2", 2));
  store.saveMemory("lineage", 1);
  store.close();
  const db = new DatabaseSync(join(folder, STORE_FILE));
  db.exec(`UPDATE incidents SET json = '{"id":1}' WHERE id = 'i-2'; UPDATE memory SET json = '{'`);
  db.close();
  const again = opened(folder);
  assert.deepEqual(again.incidents(9), [incidentCase("i-1", 1)]);
  assert.equal(again.incident("i-2"), undefined);
  assert.equal(again.loadMemory("lineage"), undefined);
  again.close();
});

function scribble(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 9000);
  writeFileSync(file, bytes);
}

function cut(file: string): void {
  truncateSync(file, Math.floor(statSync(file).size / 2));
}
