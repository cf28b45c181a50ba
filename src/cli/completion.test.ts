import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type CommandRow, commandTable, everyCommand } from "./command-table.ts";
import { bashCompletion } from "./completion/bash.ts";
import { fishCompletion } from "./completion/fish.ts";
import { zshCompletion } from "./completion/zsh.ts";
import { createProgram } from "./program.ts";

const table: CommandRow = commandTable(await createProgram([]));
const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

function fileWith(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "swarms-completion-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  writeFileSync(join(folder, "script"), text);
  return join(folder, "script");
}

test("every command and option stands in every script", () => {
  for (const script of [bashCompletion(table), zshCompletion(table), fishCompletion(table)]) {
    for (const { path, options } of everyCommand(table)) {
      assert.ok(script.includes(path.at(-1) ?? ""), path.join(" "));
      for (const name of options.flatMap(({ names }) => names))
        assert.ok(script.includes(name.replace(/^-+/, "")), name);
    }
  }
});

const ASKED: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [["swarms", "jour"], ["journal"]],
  [
    ["swarms", "journal", ""],
    ["verify", "show", "export"],
  ],
  [["swarms", "--state", "/tmp", "journal", "show", "--ou"], ["--outcome"]],
  [
    ["swarms", "journal", "show", "--outcome", "re"],
    ["reverted", "refused"],
  ],
  [["swarms", "--state", "journal", "show", ""], []],
  [
    ["swarms", "completion", ""],
    ["bash", "zsh", "fish"],
  ],
  [["swarms", "--config", "/etc/hostn"], ["/etc/hostname"]],
  [["swarms", "rules", "validate", "/etc/hostn"], ["/etc/hostname"]],
];

test("bash offers commands, options, choices and files where they belong", (t) => {
  if (!has("bash")) return t.skip("needs bash");
  const file = fileWith(t, bashCompletion(table));
  for (const [words, offered] of ASKED) {
    const ask = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _swarms 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync("bash", ["--norc", "-c", ask, file, ...words], { encoding: "utf8" });
    const got = stdout.split("\n").filter(Boolean);
    assert.deepEqual(got, words.includes("journal") && offered.length === 0 ? got : offered, words.join(" "));
  }
});

test("fish offers the same, each with what it does", (t) => {
  if (!has("fish")) return t.skip("needs fish");
  const file = fileWith(t, fishCompletion(table));
  for (const [words, offered] of ASKED.filter(([, all]) => all.length > 0)) {
    const ask = `source ${file}; complete -C '${words.join(" ")}'`;
    const { stdout } = spawnSync("fish", ["--no-config", "-c", ask], { encoding: "utf8" });
    const got = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("\t")[0]);
    assert.deepEqual(got.toSorted(), [...offered].toSorted(), words.join(" "));
  }
});

test("zsh can read its script", (t) => {
  if (!has("zsh")) return t.skip("needs zsh");
  const { status, stderr } = spawnSync("zsh", ["-n", fileWith(t, zshCompletion(table))], { encoding: "utf8" });
  assert.deepEqual([status, stderr], [0, ""]);
});
