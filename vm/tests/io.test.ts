import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { elsewhere, groupOf } from "./machine.fixture.ts";

const BYTES = 4 << 20;

test("what a group writes to a disk is counted in its io.stat, and its limits can be set", async (t) => {
  if (elsewhere(t)) return;
  const { dir } = await groupOf(t, 0);
  const file = "/var/tmp/swarms-test-io";
  t.after(() => rmSync(file, { force: true }));
  // The shell enters the group before it becomes dd; with direct I/O the writer pays, not a flusher thread.
  const script = `echo 0 > ${dir}/cgroup.procs && exec dd if=/dev/zero of=${file} bs=1M count=4 oflag=direct status=none`;
  const { status, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8", timeout: 60_000 });
  assert.equal(status, 0, stderr);
  const [, device = "", written] =
    /^(\d+:\d+) .*\bwbytes=(\d+)/m.exec(readFileSync(join(dir, "io.stat"), "utf8")) ?? [];
  assert.ok(Number(written) >= BYTES, `${device} ${written}`);
  writeFileSync(join(dir, "io.max"), `${device} wbps=1048576`);
  assert.match(readFileSync(join(dir, "io.max"), "utf8"), /wbps=1048576/);
  assert.equal(existsSync(join(dir, "io.pressure")), true);
});
