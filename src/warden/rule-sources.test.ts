import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { defaultConfig } from "../core/config.ts";
import { readRuleSources } from "./rule-sources.ts";

const FIRST = "- list: b\n  items: []\n";
const SECOND = "- list: a\n  items: []\n";

test("files are read anew each time: what the configuration names, what the folder holds", (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-rules-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const config = { ...defaultConfig, rules: { ...defaultConfig.rules, own: true } };
  const texts = (): readonly string[] => readRuleSources(config, "h", folder).sources.map(({ text }) => text);
  write("b.yaml", FIRST);
  assert.deepEqual(texts(), [FIRST]);
  write("a.yaml", SECOND);
  write(".hidden.yaml", "x");
  write("note.txt", "x");
  assert.deepEqual(texts(), [SECOND, FIRST]);
  rmSync(join(folder, "b.yaml"));
  assert.deepEqual(texts(), [SECOND]);
  const gone = { ...config, rules: { ...config.rules, files: [join(folder, "b.yaml")] } };
  const { sources, missing } = readRuleSources(gone, "h", folder);
  assert.deepEqual([sources, missing], [[], [`${join(folder, "b.yaml")}: cannot be read (ENOENT)`]]);
});
