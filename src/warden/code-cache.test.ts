import assert from "node:assert/strict";
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { CodeCache } from "./code-cache.ts";

const ACCOUNT = { name: "x", uid: 61_100, gid: 61_100 };

function setUp(t: TestContext): { folder: string; source: string } {
  const dir = mkdtempSync(join(tmpdir(), "swarms-test-cache-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const source = join(dir, "source");
  mkdirSync(source);
  writeFileSync(join(source, "a.ts"), "1");
  return { folder: join(dir, "cache"), source };
}

const shell = (script: string) => (folder: string) => ["sh", ["-c", script, folder]] as const;

test("what was made belongs to root, and is fresh until the code changes", (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const { folder, source } = setUp(t);
  const cache = new CodeCache(folder, [source]);
  assert.equal(cache.isFresh, false);
  const script =
    'mkdir "$0/v"; echo x > "$0/v/x"; chmod 600 "$0/v/x"; chown -R 61100:61100 "$0/v"; ln -s /etc/passwd "$0/link"';
  assert.equal(cache.make(ACCOUNT, shell(script)), undefined);
  assert.equal(cache.isFresh, true);
  assert.deepEqual(readdirSync(folder).sort(), ["made-from", "v"], "a link is no code");
  for (const path of ["", "v", "v/x"]) assert.equal(statSync(join(folder, path)).uid, 0, path);
  assert.equal(statSync(join(folder, "v/x")).mode & 0o777, 0o644, "the hive reads it, and writes it no more");
  assert.equal(new CodeCache(folder, [source]).isFresh, true, "the next start uses it");
  utimesSync(join(source, "a.ts"), 1, 1);
  assert.equal(new CodeCache(folder, [source]).isFresh, false, "of other code it is not");
});

test("a run that fails leaves the old cache, and says why", (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const { folder, source } = setUp(t);
  const cache = new CodeCache(folder, [source]);
  assert.equal(cache.make(ACCOUNT, shell("true")), undefined);
  assert.match(cache.make(ACCOUNT, shell("echo broken >&2; exit 3")) ?? "", /ended with 3: broken/);
  assert.equal(cache.isFresh, true);
});

test("a folder that the hive's user could write is not believed", (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const { folder, source } = setUp(t);
  const cache = new CodeCache(folder, [source]);
  assert.equal(cache.make(ACCOUNT, shell("true")), undefined);
  chownSync(folder, ACCOUNT.uid, ACCOUNT.gid);
  assert.equal(cache.isFresh, false);
});
