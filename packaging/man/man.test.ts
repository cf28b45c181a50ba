import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { commandTable, everyCommand } from "../../src/cli/command-table.ts";
import { createProgram } from "../../src/cli/program.ts";
import { configKeys } from "../../src/core/config-keys.ts";
import { manualPages } from "./main.ts";
import { escaped } from "./roff.ts";

const pages = await manualPages(1_795_000_000);
const page = (name: string): string => {
  const text = pages[name];
  assert.ok(text !== undefined, name);
  return text;
};

test("every command and every option of the command line stands in swarms(1)", async () => {
  const text = page("swarms.1");
  for (const { path, options } of everyCommand(commandTable(await createProgram([])))) {
    assert.ok(path.length === 0 || text.includes(`\\fB${escaped(path.join(" "))}\\fR`), path.join(" "));
    for (const { flags } of options) assert.ok(text.includes(`\\fB${escaped(flags)}\\fR`), flags);
  }
});

test("every key of the configuration stands in swarms.yaml(5) with its default", () => {
  const text = page("swarms.yaml.5");
  for (const { key, byDefault } of configKeys()) {
    const line = text.split("\n").find((one) => one.startsWith(`\\fB${escaped(key)}\\fR (`));
    assert.ok(line !== undefined, key);
    assert.ok(byDefault === undefined || line.endsWith(`; default ${escaped(byDefault)})`), line);
  }
});

test("text cannot become markup", () => {
  assert.equal(escaped(".TH evil"), "\\&.TH evil");
  assert.equal(escaped("a\n'b \\fB -x"), "a\n\\&'b \\efB \\-x");
});

test("the same sources give the same pages, with the date of the sources", async () => {
  assert.deepEqual(await manualPages(1_795_000_000), pages);
  assert.match(page("swarms.1"), /^\.TH SWARMS 1 2026-11-18 /m);
});

test("groff has nothing to say against them, and shows what is in them", (t) => {
  if (spawnSync("groff", ["--version"]).status !== 0) return t.skip("needs groff");
  for (const [name, input] of Object.entries(pages)) {
    const { stdout, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-P-c"], { input, encoding: "utf8" });
    assert.equal(stderr, "", name);
    // Bold is each letter twice, with a backspace between.
    assert.match(stdout.replaceAll(/.\x08/g, ""), /SYNOPSIS/);
  }
});
