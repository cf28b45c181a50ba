import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { HIVE_ROOM } from "./hive-room.ts";
import { PROBER_ROOM } from "./prober-room.ts";
import type { RoomSpec } from "./room.ts";

const SRC = dirname(dirname(fileURLToPath(import.meta.url)));
const VALUE_IMPORT = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;

/** Folders and packages that are loaded from a first file on. */
function loadedFrom(entry: string): { folders: string[]; packages: string[] } {
  const [files, packages] = [new Set<string>(), new Set<string>()];
  const waiting = [join(SRC, `${entry}.ts`)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const [, named, later] of readFileSync(file, "utf8").matchAll(VALUE_IMPORT)) {
      const target = named ?? later ?? "";
      if (target.startsWith(".")) waiting.push(resolve(dirname(file), target));
      else if (!target.startsWith("node:")) packages.add(target);
    }
  }
  const folders = [...files].map((file) => relative(SRC, file).split("/")[0] ?? "");
  return { folders: [...new Set(folders)].toSorted(), packages: [...packages].toSorted() };
}

/** "hono" of "hono/body-limit", "@hono/node-server" whole. */
const packageOf = (name: string): string => name.split("/", name.startsWith("@") ? 2 : 1).join("/");

function roomFits(spec: RoomSpec): void {
  const { folders, packages } = loadedFrom(spec.entry);
  assert.deepEqual(
    folders.filter((name) => !spec.folders.includes(name)),
    [],
    "every folder that it loads from is in sight",
  );
  assert.deepEqual([...new Set(packages.map(packageOf))], spec.dependencies.toSorted(), "every package, and no other");
  for (const name of ["kernel", "guard", "warden", "cli", "lab"])
    assert.equal(spec.folders.includes(name), false, name);
}

for (const spec of [HIVE_ROOM, PROBER_ROOM])
  test(`the room of ${spec.entry} shows what it loads, and nothing with a way to the kernel`, () => roomFits(spec));
