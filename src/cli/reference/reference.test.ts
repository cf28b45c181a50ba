import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ACTION_KINDS } from "../../core/action.ts";
import { ERRORS } from "../../core/errors.ts";
import { COMMANDS } from "../commands.ts";
import { stalePages, writePages } from "./folder.ts";
import { table } from "./page.ts";
import { referencePages } from "./pages.ts";

const FOLDER = join(import.meta.dirname, "../../../docs/reference");

test("docs/reference is as the tables in the code have it (`npm run docs` writes it anew)", async () => {
  assert.deepEqual(stalePages(FOLDER, await referencePages()), []);
});

test("nothing of the tables is left out", async () => {
  const pages = await referencePages();
  const has = (file: string, names: readonly string[]): void =>
    assert.deepEqual(
      names.filter((name) => pages.get(file)?.includes(name) !== true),
      [],
    );
  has("errors.md", Object.keys(ERRORS));
  has("actions.md", ACTION_KINDS);
  has(
    "commands.md",
    Object.keys(COMMANDS).map((name) => `## swarms ${name}\n`),
  );
  has("configuration.md", ["`mode`", "`budget.killsPerHour`", "`assistants.may`"]);
});

test("a page that differs, is missing or is of nothing any more is stale, and writing makes all right", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-docs-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const pages = new Map([
    ["a.md", "a\n"],
    ["b.md", "b\n"],
  ]);
  assert.deepEqual(writePages(folder, pages), ["a.md", "b.md"]);
  writeFileSync(join(folder, "b.md"), "edited\n");
  writeFileSync(join(folder, "old.md"), "of before\n");
  assert.deepEqual(stalePages(folder, pages), ["b.md", "old.md"]);
  assert.deepEqual(writePages(folder, pages), ["b.md", "old.md"]);
  assert.equal(readFileSync(join(folder, "b.md"), "utf8"), "b\n");
  assert.deepEqual(stalePages(folder, pages), []);
});

test("a bar or a line break in a cell does not end it", () => {
  assert.equal(table(["a"], [["x | y\nz"]]), "| a |\n|---|\n| x \\| y z |");
});
