import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { HiveBounds } from "./hive-bounds.ts";

const BOUNDS = { memoryBytes: 100 << 20, folderBytes: 1 << 20, entries: 8 };

function setUp(t: TestContext): {
  folder: string;
  proc: string;
  bounds: HiveBounds;
  uses(kb: number, swapKb: number): void;
} {
  const root = mkdtempSync(join(tmpdir(), "swarms-bounds-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const [folder, proc] = [join(root, "hive"), join(root, "proc")];
  mkdirSync(folder);
  mkdirSync(join(proc, "7"), { recursive: true });
  writeFileSync(join(folder, "memory.db"), "x".repeat(10_000));
  const uses = (kb: number, swapKb: number): void =>
    writeFileSync(join(proc, "7/status"), `Name:\tnode\nVmRSS:\t${kb} kB\nVmSwap:\t${swapKb} kB\n`);
  uses(90_000, 0);
  return { folder, proc, bounds: new HiveBounds(folder, proc, BOUNDS), uses };
}

test("memory counts where it is: resident and swapped out together", (t) => {
  const { bounds, uses } = setUp(t);
  assert.equal(bounds.fault(7), undefined);
  uses(60_000, 60_000);
  assert.equal(bounds.fault(7), "used 117 MB of memory");
  assert.equal(bounds.fault(8), undefined, "who is gone uses nothing");
});

test("a folder too full is a fault, by size and by number at every depth; what was learned is kept", (t) => {
  const { bounds, folder } = setUp(t);
  writeFileSync(join(folder, "junk"), Buffer.alloc(2 << 20, 1));
  assert.match(bounds.fault(7) ?? "", /^filled its folder with 2 MB/);
  assert.match(bounds.tidy() ?? "", /but what it had learned/);
  assert.deepEqual(readdirSync(folder), ["memory.db"]);
  assert.equal(bounds.fault(7), undefined);
  assert.equal(bounds.tidy(), undefined, "nothing to do");
  let deep = folder;
  for (let depth = 0; depth < 10; depth++) mkdirSync((deep = join(deep, "d")));
  assert.match(bounds.fault(7) ?? "", /more than 8 files/);
  bounds.tidy();
  assert.deepEqual(readdirSync(folder), ["memory.db"]);
});

test("a folder too deep to be looked at ends no warden: it is a fault, and it is emptied", (t) => {
  const { folder, proc } = setUp(t);
  const part = "d".repeat(250);
  // Made piece by piece and moved under each other, as one path can name no such depth.
  const towers = [join(folder, "a"), join(folder, "b")];
  for (const tower of towers)
    mkdirSync(
      Array.from({ length: 13 }, () => part).reduce((path, name) => join(path, name), tower),
      { recursive: true },
    );
  const deepest = Array.from({ length: 13 }, () => part).reduce((path, name) => join(path, name), towers[0] ?? "");
  renameSync(towers[1] ?? "", join(deepest, "b"));
  const wide = new HiveBounds(folder, proc, { ...BOUNDS, entries: 64 });
  assert.match(wide.fault(7) ?? "", /^filled its folder with more than 64 files/);
  assert.match(wide.tidy() ?? "", /but what it had learned/);
  assert.deepEqual(readdirSync(folder), ["memory.db"]);
});

test("what was learned goes where it is too much by itself; links lead nowhere", (t) => {
  const { bounds, folder, proc } = setUp(t);
  for (let link = 0; link < 10; link++) symlinkSync(proc, join(folder, `link${link}`));
  writeFileSync(join(folder, "memory.db"), Buffer.alloc(2 << 20, 1));
  assert.match(bounds.tidy() ?? "", /learned too/);
  assert.deepEqual(readdirSync(folder), []);
  assert.deepEqual(readdirSync(proc), ["7"], "what they led to is there");
});
