import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "./make-folder.ts";

test("missing folders above are made too, with the mode, and an existing one is left as it is", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "swarms-test-folder-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  makeFolder(join(dir, "a/b"), 0o700);
  assert.equal(statSync(join(dir, "a/b")).mode & 0o777, 0o700);
  makeFolder(join(dir, "a"), 0o711);
  assert.equal(statSync(join(dir, "a")).mode & 0o777, 0o700);
});

test("a place where nothing can be made answers with an error instead of never", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "swarms-test-folder-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  assert.throws(() => makeFolder("/proc/swarms-test/x", 0o700), { code: "ENOENT" });
  writeFileSync(join(dir, "file"), "");
  assert.throws(() => makeFolder(join(dir, "file/x"), 0o700), { code: "ENOTDIR" });
});
