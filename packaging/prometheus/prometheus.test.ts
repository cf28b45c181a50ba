import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { layerIn, stateOf } from "../../src/cli/command-line.fixture.ts";
import { statePaths } from "../../src/core/state-paths.ts";

const HERE = import.meta.dirname;
const HAS_CURL = spawnSync("curl", ["--version"]).status === 0;
const HAS_ANALYZE = spawnSync("systemd-analyze", ["--version"]).status === 0;

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "swarms-textfile-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** Not synchronously: the layer that is asked lives in this process. */
function handOver(file: string, socket: string): Promise<number | null> {
  const child = spawn("sh", [join(HERE, "swarms-metrics"), file, socket], { stdio: "ignore" });
  return new Promise((resolve) => child.once("exit", resolve));
}

test("the metrics of a running layer are a whole file that everybody may read, and nothing else is left there", async (t) => {
  if (!HAS_CURL) return t.skip("needs curl");
  const folder = folderOf(t);
  const { state } = await layerIn(t);
  const file = join(folder, "swarms.prom");
  writeFileSync(file, "old 1\n");
  assert.equal(await handOver(file, statePaths(state).socket), 0);
  const text = readFileSync(file, "utf8");
  assert.match(text, /^swarms_info\{.*version=.*\} 1$/m);
  assert.ok(text.endsWith("\n") && !/^old/m.test(text));
  assert.equal(statSync(file).mode & 0o777, 0o644);
  assert.deepEqual(readdirSync(folder), ["swarms.prom"]);
});

test("where no layer answers there is no file: what was heard last is not told on", async (t) => {
  if (!HAS_CURL) return t.skip("needs curl");
  const folder = folderOf(t);
  const file = join(folder, "swarms.prom");
  writeFileSync(file, "swarms_info 1\n");
  assert.equal(await handOver(file, statePaths(stateOf(t)).socket), 69);
  assert.deepEqual(readdirSync(folder), []);
});

test("systemd finds no fault with the timer and its service, whose exposure is below 2.5", (t) => {
  if (!HAS_ANALYZE) return t.skip("needs systemd-analyze");
  const folder = folderOf(t);
  const units = ["swarms-metrics.service", "swarms-metrics.timer"];
  for (const unit of units) cpSync(join(HERE, unit), join(folder, unit));
  const at = units.map((unit) => join(folder, unit));
  const { stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...at], { encoding: "utf8", timeout: 60_000 });
  const faults = stderr.split("\n").filter((line) => /swarms/.test(line) && !/is not executable/.test(line));
  assert.deepEqual(faults, []);
  const security = ["security", "--offline=true", "--threshold=25", at[0] ?? ""];
  const { status, stdout } = spawnSync("systemd-analyze", security, { encoding: "utf8", timeout: 60_000 });
  assert.equal(status, 0, stdout.split("\n").slice(-3).join("\n"));
});
