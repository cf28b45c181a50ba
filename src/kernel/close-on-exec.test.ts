import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { test } from "node:test";

/** Node itself marks what it inherits up to its first gap above 15. */
const FAR = 40;

const PROGRAM = `
  const { closeOthersOnExec } = await import(${JSON.stringify(new URL("./close-on-exec.ts", import.meta.url).href)});
  const { spawnSync } = await import("node:child_process");
  const seen = () => spawnSync("sh", ["-c", "ls /proc/$$/fd"], { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" }).stdout;
  const before = seen();
  closeOthersOnExec();
  console.log(JSON.stringify([before, seen()].map((text) => text.trim().split(/\\s+/).includes("${FAR}"))));`;

test("what the launcher had open does not reach the programs that are started", () => {
  const open = openSync("/dev/null", "r");
  try {
    const none = Array.from({ length: FAR - 3 }, () => "ignore" as const);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", PROGRAM],
      { encoding: "utf8", timeout: 20_000, stdio: ["ignore", "pipe", "pipe", ...none, open] },
    );
    assert.equal(stdout.trim(), "[true,false]", stderr);
  } finally {
    closeSync(open);
  }
});
