import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseProcessStat, readCmdline, readLoginUid, readStatus, readThreadGroup } from "./procfs.ts";

test("a process whose name poses as a field of its status does not change the field", (t) => {
  const root = mkdtempSync(join(tmpdir(), "swarms-procfs-"));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "7"));
  // What ends a line for a pattern, but is no "\n": 15 bytes at most, as names are.
  for (const name of ["\rTgid:\t1", "\u2028Tgid:\t1", "\u2029Tgid:\t1", "\\nTgid:\t1"]) {
    writeFileSync(join(root, "7/status"), `Name:\t${name}\nUmask:\t0022\nTgid:\t70\nUid:\t1\t2\t3\t4\n`);
    assert.equal(readThreadGroup(7, root), 70, JSON.stringify(name));
    assert.equal(readStatus(7, root)?.("Uid"), "1\t2\t3\t4");
  }
  assert.equal(readStatus(7, root)?.("CapEff"), undefined);
  assert.equal(readThreadGroup(8, root), undefined);
});

test("this process's thread group, login and arguments are those that it has", () => {
  assert.equal(readThreadGroup(process.pid), process.pid);
  assert.equal(
    Buffer.from(readCmdline(process.pid, 4096) ?? [])
      .toString()
      .split("\0")[0],
    process.argv0,
  );
  assert.equal(readCmdline(process.pid, 3)?.length, 3);
  assert.ok(readLoginUid(process.pid) <= 0xffff_ffff);
  assert.equal(readLoginUid(process.pid, "/nonexistent"), 0xffff_ffff);
});

test("session and terminal come from their fields, whatever the name holds", () => {
  const stat = parseProcessStat(`7 (a) 1 (b)) S 1 7 5 ${0x8803} -1 0 0 0 0 0 1 2 0 0 20 0 1 0 99 0 3\n`);
  assert.deepEqual([stat?.sid, stat?.tty, stat?.ppid, stat?.startTicks], [5, 0x8803, 1, 99]);
});
