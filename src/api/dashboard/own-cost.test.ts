import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folderOf } from "../server.fixture.ts";
import { CostMeter } from "./own-cost.ts";

const PIDS = { warden: 10, hive: 11 };

function write(root: string, pid: number, ticks: number, pages: number, name = "node"): void {
  mkdirSync(join(root, String(pid)), { recursive: true });
  const rest = Array.from({ length: 49 }, (_, at) => ({ 11: ticks, 12: ticks, 21: pages })[at] ?? 0);
  rest[0] = 0;
  writeFileSync(join(root, String(pid), "stat"), `${pid} (${name}) ${rest.join(" ")}\n`);
}

test("CPU time between two looks over the time between them, both processes together", (t) => {
  const root = folderOf(t);
  const meter = new CostMeter(root);
  write(root, 10, 100, 1000, "a) 1 2 (b");
  write(root, 11, 200, 500);
  assert.equal(meter.read(PIDS, 0), undefined, "one look tells nothing");
  write(root, 10, 110, 1000, "a) 1 2 (b");
  write(root, 11, 205, 500);
  assert.equal(meter.read(PIDS, 1000), undefined, "too soon for ticks of 10 ms");
  assert.deepEqual(meter.read(PIDS, 3000), { cores: 0.3 / 3, bytes: 1500 * 4096 });
});

test("a hive that was started anew, or one that cannot be seen, gives no number rather than a wrong one", (t) => {
  const root = folderOf(t);
  const meter = new CostMeter(root);
  write(root, 10, 100, 1);
  write(root, 11, 9000, 1);
  meter.read(PIDS, 0);
  write(root, 11, 3, 1);
  assert.equal(meter.read(PIDS, 4000), undefined);
  assert.equal(meter.read({ warden: 10, hive: 99 }, 9000), undefined);
});
