import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SRC = dirname(dirname(fileURLToPath(import.meta.url)));
const VALUE_IMPORT = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+"([^"]+)"/gm;

/** Every file that a start of the hive loads, and every package. */
function closure(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const waiting = [join(SRC, entry)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(relative(SRC, file))) continue;
    files.add(relative(SRC, file));
    for (const match of readFileSync(file, "utf8").matchAll(VALUE_IMPORT)) {
      const target = match[1]!;
      if (target.startsWith(".")) waiting.push(resolve(dirname(file), target));
      else packages.add(target);
    }
  }
  return { files, packages };
}

test("what is loaded for rules has no way to the kernel either, and no package that the room lacks", () => {
  const { files, packages } = closure("immune/rules/rule-reader.ts");
  const folders = new Set([...files].map((file) => file.split("/")[0]));
  assert.deepEqual([...folders].sort(), ["core", "immune"]);
  const outside = [...packages].filter((name) => !name.startsWith("node:"));
  assert.deepEqual(outside.sort(), ["re2js", "yaml"]);
});

test("what the hive loads has no way to the kernel: neither kernel/, guard/ nor the foreign-function interface", () => {
  const { files, packages } = closure("hive/hive.ts");
  assert.ok(files.size > 20, "the closure was followed");
  const folders = new Set([...files].map((file) => file.split("/")[0]));
  for (const folder of ["kernel", "guard", "warden"]) assert.equal(folders.has(folder), false, folder);
  const outside = [...packages].filter((name) => !name.startsWith("node:"));
  assert.deepEqual(outside.sort(), ["@hono/node-server", "hono", "hono/body-limit"]);
});
