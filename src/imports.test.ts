import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/** DESIGN's house: a folder may import from itself and from folders of a lower floor, never sideways or up. */
const FLOORS: Readonly<Record<string, number>> = {
  core: 0,
  kernel: 1,
  swarm: 1,
  senses: 2,
  store: 2,
  guard: 2,
  immune: 2,
  balance: 2,
  mesh: 2,
  prober: 2,
  api: 2,
  outputs: 2,
  warden: 3,
  hive: 3,
  lab: 4,
  tune: 5,
  cli: 6,
};

/** swarm/ is pure: it may not touch Node, clock or randomness; the foreign-function interface lives in kernel/ alone. */
const SRC = dirname(fileURLToPath(import.meta.url));

test("imports run downward only", () => {
  const wrong = imports().flatMap(({ file, folder, target }) => {
    const other = relative(SRC, resolve(dirname(join(SRC, file)), target)).split("/")[0]!;
    if (!target.startsWith(".") || other === folder) return [];
    return FLOORS[other]! < FLOORS[folder]! ? [] : [`${file} imports ${target}: ${folder} may not use ${other}`];
  });
  assert.deepEqual(wrong, []);
});

test("every folder has a floor", () => {
  const folders = readdirSync(SRC).filter((name) => statSync(join(SRC, name)).isDirectory());
  assert.deepEqual(
    folders.filter((name) => FLOORS[name] === undefined),
    [],
  );
});

test("docs/architecture.md names every folder, and every folder of the immune system", () => {
  const text = readFileSync(join(SRC, "../docs/architecture.md"), "utf8");
  const drawn = /## Folders[^]*?```([^]*?)```/.exec(text)?.[1] ?? "";
  const floors = drawn.split("\n").map((line) => (/^[a-z]+(?: +[a-z]+)*/.exec(line)?.[0] ?? "").split(/ +/));
  const words = new Set(floors.flat());
  assert.deepEqual(
    Object.keys(FLOORS).filter((folder) => !words.has(folder)),
    [],
  );
  const rows = new Set([...text.matchAll(/^\| `([a-z]+)\/` \|/gm)].map((row) => row[1]));
  const folders = readdirSync(join(SRC, "immune"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(
    folders.map(({ name }) => name).filter((name) => !rows.has(name)),
    [],
  );
});

test("only kernel/ uses the foreign-function interface", () => {
  const wrong = imports().filter(({ folder, target }) => target === "koffi" && folder !== "kernel");
  assert.deepEqual(wrong, []);
});

test("swarm/ is pure: no Node module, no clock, no randomness of its own", () => {
  const wrong = imports().filter(
    ({ file, folder, target }) => folder === "swarm" && !isForTests(file) && target.startsWith("node:"),
  );
  assert.deepEqual(wrong, []);
  const impure = sources("swarm").filter(
    (file) =>
      !isForTests(file) &&
      /\b(Date\.now|Math\.random|performance\.now|process\.)/.test(readFileSync(join(SRC, file), "utf8")),
  );
  assert.deepEqual(impure, []);
});

/** Neither is shipped. */
const isForTests = (file: string): boolean => /\.(test|fixture)\.ts$/.test(file);

function sources(folder: string): string[] {
  // A folder that waits for its first file (mesh) is not in a clone.
  if (!existsSync(join(SRC, folder))) return [];
  return readdirSync(join(SRC, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

function imports(): { file: string; folder: string; target: string }[] {
  return Object.keys(FLOORS).flatMap((folder) =>
    sources(folder).flatMap((file) => {
      const text = readFileSync(join(SRC, file), "utf8");
      const targets = text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g);
      return [...targets].map((match) => ({ file, folder, target: match[1]! }));
    }),
  );
}
