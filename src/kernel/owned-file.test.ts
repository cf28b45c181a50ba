import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { listOwned, type OwnedOptions, readOwned } from "./owned-file.ts";

const uid = process.getuid?.() ?? 0;

function tree(t: TestContext): { root: string; options: OwnedOptions } {
  const root = mkdtempSync(join(tmpdir(), "swarms-owned-"));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "etc/plugins/one"), { recursive: true, mode: 0o755 });
  writeFileSync(join(root, "etc/plugins/one/agent.js"), "text", { mode: 0o644 });
  return { root, options: { root, uid } };
}

const FILE = "/etc/plugins/one/agent.js";

test("a file is read where every step is the owner's alone", (t) => {
  const { options } = tree(t);
  assert.deepEqual(readOwned(FILE, 10, options), { ok: true, value: "text" });
  assert.deepEqual(listOwned("/etc/plugins/one", options), { ok: true, value: ["agent.js"] });
});

test("any step that others can write, or that belongs to another, is a refusal that names it", (t) => {
  const { root, options } = tree(t);
  for (const step of ["etc", "etc/plugins", "etc/plugins/one", "etc/plugins/one/agent.js"]) {
    for (const bit of [0o020, 0o002]) {
      const before = step.endsWith(".js") ? 0o644 : 0o755;
      chmodSync(join(root, step), before | bit);
      const read = readOwned(FILE, 10, options);
      assert.ok(!read.ok && read.says.startsWith(`/${step} can be written`), step);
      chmodSync(join(root, step), before);
    }
  }
  const foreign = readOwned(FILE, 10, { root, uid: uid + 1 });
  assert.ok(!foreign.ok && /belongs to user/.test(foreign.says));
});

test("links are not followed, neither on the way nor at the end", (t) => {
  const { root, options } = tree(t);
  symlinkSync("plugins", join(root, "etc/linked"));
  symlinkSync("agent.js", join(root, "etc/plugins/one/other.js"));
  for (const path of ["/etc/linked/one/agent.js", "/etc/plugins/one/other.js"]) {
    const read = readOwned(path, 10, options);
    assert.ok(!read.ok && /link/.test(read.says), path);
  }
});

test("what is too large, no file, missing, or no plain path is said, and no descriptor stays open", (t) => {
  const { options } = tree(t);
  const before = readdirSync("/proc/self/fd").length;
  assert.match(says(readOwned(FILE, 3, options)), /more than 3 bytes/);
  assert.match(says(readOwned("/etc/plugins", 3, options)), /is no file/);
  assert.match(says(readOwned("/etc/none", 3, options)), /no such file/);
  assert.match(says(readOwned("/etc/../etc/plugins", 3, options)), /no plain absolute path/);
  assert.match(says(readOwned("etc", 3, options)), /no plain absolute path/);
  assert.equal(readdirSync("/proc/self/fd").length, before);
});

function says(result: ReturnType<typeof readOwned>): string {
  return result.ok ? "" : result.says;
}
