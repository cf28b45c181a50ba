import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { RecordDecoder } from "./decode.ts";
import { startKernelSenses } from "./kernel-senses.ts";
import { ProcessTable } from "./process-table.ts";

const ID = "0123456789abcdef".repeat(4);

test("a program that begins in a container's cgroup is known to be in it, without a look at procfs", async (t) => {
  const lacking = probeBpfFeatures().find(({ name, available }) => /ringbuf|tp_btf/.test(name) && !available);
  if (lacking !== undefined) return t.skip(`needs ${lacking.name} (${lacking.found})`);
  const { v2 } = probeCgroupLayout();
  if (v2 === undefined) return t.skip("needs cgroup v2");
  const outer = join(v2, `swarms-test-container-${process.pid}`);
  const scope = join(outer, `docker-${ID}.scope`);
  mkdirSync(scope, { recursive: true });
  const table = new ProcessTable();
  const decoder = new RecordDecoder();
  const senses = startKernelSenses({
    wants: [],
    runq: false,
    ringBytes: 1 << 20,
    onRecords: (records) => decoder.decode(records, (event) => table.apply(event, 0)),
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
  });
  const child = spawn("sh", ["-c", "read line; sleep 0.2 & exec sleep 30"], { stdio: ["pipe", "ignore", "ignore"] });
  try {
    assert.ok(senses.ok, senses.ok ? "" : senses.says);
    writeFileSync(join(scope, "cgroup.procs"), String(child.pid));
    child.stdin.write("go\n");
    const stat = await found(table, child.pid ?? 0);
    assert.equal(stat?.cgroup, `/swarms-test-container-${process.pid}/docker-${ID}.scope`);
    assert.deepEqual(stat?.container, { runtime: "docker", id: ID });
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
    if (senses.ok) await senses.value.close();
    await emptied(scope);
    rmdirSync(outer);
  }
});

/** The record of the shell's last program, at most two seconds later. */
async function found(table: ProcessTable, pid: number): Promise<ReturnType<ProcessTable["get"]>> {
  const key = `p:${pid}@${readProcessStat(pid)?.startTicks}`;
  for (let tries = 0; tries < 200 && !table.get(key)?.path.endsWith("/sleep"); tries++) await sleep(10);
  return table.get(key);
}

/** Removed once its last process is. */
async function emptied(dir: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return rmdirSync(dir);
    } catch (error) {
      if (tries >= 100) throw error;
      await sleep(20);
    }
  }
}
