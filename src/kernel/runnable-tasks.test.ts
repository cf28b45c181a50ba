import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runnableTasksPerCpu } from "./runnable-tasks.ts";

test("tasks that run or wait are counted for each CPU; where nothing is told there are none", (t) => {
  const root = mkdtempSync(join(tmpdir(), "swarms-loadavg-"));
  t.after(() => rmSync(root, { recursive: true }));
  assert.equal(runnableTasksPerCpu(root, 2), 0);
  writeFileSync(join(root, "loadavg"), "3.51 4.41 4.21 6/270 28619\n");
  assert.equal(runnableTasksPerCpu(root, 2), 3);
  writeFileSync(join(root, "loadavg"), "nonsense\n");
  assert.equal(runnableTasksPerCpu(root, 2), 0);
});

test("this process runs, or nobody would ask", () => {
  assert.ok(runnableTasksPerCpu("/proc", 1) >= 1);
});
