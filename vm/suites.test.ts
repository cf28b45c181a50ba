import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { EXCEPTIONS, planBatches, SUITES } from "./suites.ts";

const CHECKOUT = dirname(dirname(fileURLToPath(import.meta.url)));

test("every pattern finds files, and every exception is about one that a suite has", () => {
  for (const { name, files } of SUITES)
    for (const pattern of files) assert.ok(planBatches(CHECKOUT, [pattern]).length > 0, `${name}: ${pattern}`);
  const planned = planBatches(CHECKOUT, []).flatMap(({ files }) => files);
  for (const [file, { run }] of Object.entries(EXCEPTIONS)) {
    assert.ok(existsSync(join(CHECKOUT, file)), file);
    assert.equal(planned.includes(file), run === "alone", file);
  }
  assert.equal(new Set(planned).size, planned.length);
});

/** What a test calls that looks at the kernel it runs on, or needs root. */
const LOOKS_AT_THE_KERNEL = /\b(getuid|probeBpfFeatures|probeFeatures|probeCgroupLayout|liveGroup|v2Group|evades)\(/;

test("every test that looks at the kernel runs in the machine, or is an exception with a reason", () => {
  const planned = new Set(planBatches(CHECKOUT, []).flatMap(({ files }) => files));
  const forgotten = globSync("src/**/*.test.ts", { cwd: CHECKOUT })
    .filter((file) => LOOKS_AT_THE_KERNEL.test(readFileSync(join(CHECKOUT, file), "utf8").replaceAll("?.(", "(")))
    .filter((file) => !planned.has(file) && EXCEPTIONS[file] === undefined);
  assert.deepEqual(forgotten, []);
});

test("a file that must be alone has a process of its own", () => {
  assert.deepEqual(planBatches(CHECKOUT, ["src/guard/sentinel.test.ts", "src/kernel/pidfd.test.ts"]), [
    { isolation: "none", files: ["src/kernel/pidfd.test.ts"] },
    { isolation: "process", files: ["src/guard/sentinel.test.ts"] },
  ]);
});

test("what names neither suite nor file is nothing", () => {
  assert.deepEqual(planBatches(CHECKOUT, ["nosuch"]), []);
});
