import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { configKeys } from "./config-keys.ts";
import { configSchema, defaultConfig } from "./config.ts";
import { AT_RESTART, reloadWords } from "./reload.ts";

const config = (input: object): typeof defaultConfig => configSchema.parse(input);

test("a reload says what changed, and what of it waits for a restart", () => {
  assert.deepEqual(reloadWords(defaultConfig, defaultConfig, config({})), [
    "configuration reloaded: nothing in it has changed",
  ]);
  assert.deepEqual(reloadWords(defaultConfig, defaultConfig, config({ mode: "advise", scope: ["/a"] })), [
    "configuration reloaded: mode, scope changed, in force from now on",
  ]);
  const full = config({ colonies: { immune: { depth: "full" } } });
  assert.deepEqual(reloadWords(defaultConfig, defaultConfig, full), [
    "configuration reloaded: colonies changed, in force from now on but for what follows",
    "configuration: colonies.immune.depth holds only after a restart: the hive makes its agents when it starts",
  ]);
});

test("what waits is said at every reload until it is taken back: by what the layer began with, not by the reload before", () => {
  const full = config({ colonies: { immune: { depth: "full" } } });
  assert.match(reloadWords(defaultConfig, full, full)[1] ?? "", /depth/);
  assert.equal(reloadWords(defaultConfig, full, defaultConfig).length, 1);
});

test("whatever waits for a restart is a key of the configuration", () => {
  const keys = new Set(configKeys().map(({ key }) => key));
  assert.deepEqual(
    Object.keys(AT_RESTART).filter((path) => !keys.has(path)),
    [],
  );
});

test("docs/operations.md tells of every key when it is in force, and names all that wait for a restart", () => {
  const text = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| (`[^|]*`) \| ([^|]*) \|$/gm)];
  const told = new Set(rows.flatMap(([, keys = ""]) => [...keys.matchAll(/`(\w+)`/g)].map(([, key]) => key)));
  assert.deepEqual(
    Object.keys(configSchema.shape).filter((key) => !told.has(key)),
    [],
  );
  for (const path of Object.keys(AT_RESTART)) {
    const [top = ""] = path.split(".");
    const row = rows.find(([, keys = ""]) => keys.includes(`\`${top}\``));
    assert.match(row?.[2] ?? "", /after a restart/, path);
  }
});
