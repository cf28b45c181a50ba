import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const PROGRAM = `
  const { closeOthersOnExec } = await import(${JSON.stringify(new URL("./close-on-exec.ts", import.meta.url).href)});
  const { spawnSync } = await import("node:child_process");
  const seen = () => spawnSync("sh", ["-c", "ls /proc/$$/fd"], { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" }).stdout;
  const before = seen();
  closeOthersOnExec();
  console.log(JSON.stringify([before, seen()].map((text) => text.trim().split(/\\s+/).includes("7"))));`;

test("what the launcher had open does not reach the programs that are started", () => {
  const args = ["-c", 'exec 7</dev/null; exec "$0" --disable-warning=ExperimentalWarning --input-type=module -e "$1"'];
  const { stdout, stderr } = spawnSync("sh", [...args, process.execPath, PROGRAM], {
    encoding: "utf8",
    timeout: 20_000,
  });
  assert.equal(stdout.trim(), "[true,false]", stderr);
});
