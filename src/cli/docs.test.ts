import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { loadConfig } from "../core/config-load.ts";
import { readKnobTable } from "../core/plugin-knobs.ts";
import { loadRules } from "../immune/rules/rule-set.ts";
import { kindsOfType } from "../senses/calls/event-types.ts";
import { loadTuneFile } from "../tune/tune-file-load.ts";
import { commandTable, everyCommand, type CommandRow } from "./command-table.ts";
import { createProgram } from "./program.ts";

const ROOT = join(import.meta.dirname, "../..");
const FILES = [
  "README.md",
  "docs/tutorial.md",
  "docs/plugins.md",
  "docs/review.md",
  ...readdirSync(join(ROOT, "docs/how-to")).map((name) => `docs/how-to/${name}`),
];

interface Block {
  readonly file: string;
  /** Behind the fence: "yaml", "yaml rules", "sh". */
  readonly info: string;
  readonly text: string;
}

const texts = new Map(FILES.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));

/** Fenced blocks, those within lists too. */
function blocks(): Block[] {
  return [...texts].flatMap(([file, text]) =>
    [...text.matchAll(/^([ ]*)```(\w[^\n]*)?\n([^]*?)^\1```$/gm)].map(([, indent = "", info = "", body = ""]) => ({
      file,
      info: info.trim(),
      text: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    })),
  );
}

const READERS: Readonly<Record<string, (path: string, text: string) => string>> = {
  yaml: (path, text) => {
    const loaded = loadConfig({ path, readFile: () => text });
    return loaded.ok ? "" : loaded.says;
  },
  "yaml rules": (file, text) =>
    loadRules([{ file, text }], kindsOfType)
      .wrong.map(({ says }) => says)
      .join("; "),
  "yaml knobs": (file, text) => {
    const read = readKnobTable({ file, text });
    return read.ok ? "" : read.says;
  },
  "yaml tune": (path, text) => {
    const loaded = loadTuneFile(path, { readFile: () => text });
    return loaded.ok ? "" : loaded.says;
  },
};

test("every configuration, rule file and tuning that the pages show is valid", () => {
  const wrong = blocks().flatMap(({ file, info, text }) => {
    const says = READERS[info]?.(`/${file}`, text) ?? "";
    return says === "" ? [] : [`${file}: ${says}`];
  });
  assert.deepEqual(wrong, []);
  assert.ok(blocks().filter(({ info }) => info === "yaml").length >= 6);
});

test("every command and option that the pages name exists", async () => {
  const program = commandTable(await createProgram([]));
  const wrong = [...texts].flatMap(([file, text]) =>
    commandsIn(text).flatMap((words) => {
      const fault = faultOf(words, program);
      return fault === undefined ? [] : [`${file}: swarms ${words.join(" ")}: ${fault}`];
    }),
  );
  assert.deepEqual(wrong, []);
});

test("every file that the pages link to is there", () => {
  const missing = [...texts].flatMap(([file, text]) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, to = ""]) => to)
      .filter((to) => !existsSync(join(ROOT, dirname(file), to)))
      .map((to) => `${file} links to ${to}`),
  );
  assert.deepEqual(missing, []);
});

/** The words after `swarms`: in code, and in lines of blocks that are typed. */
function commandsIn(text: string): string[][] {
  const inline = [...text.matchAll(/`(?:sudo )?(?:\.\/)?swarms ([a-z][^`\n]*)`/g)];
  const typed = [...text.matchAll(/^ *(?:\$ )?(?:sudo )?(?:\.\/)?swarms ([a-z][^\n#|]*)/gm)];
  return [...inline, ...typed].map(([, words = ""]) =>
    words
      .trim()
      .split(/\s+/)
      .filter((word) => word !== ""),
  );
}

/** What of it there is not; undefined where all is. */
function faultOf(words: readonly string[], program: CommandRow): string | undefined {
  let row = program;
  for (const word of words) {
    const below = row.commands.find(({ path }) => path.at(-1) === word.replace(/,$/, ""));
    if (below === undefined) break;
    row = below;
  }
  if (row === program) return `no command ${words[0] ?? ""}`;
  const known = new Set(
    [...everyCommand(program).slice(0, 1), row].flatMap(({ options }) => options.flatMap((each) => each.names)),
  );
  const unknown = words.find((word) => /^--?[a-z]/.test(word) && !known.has(word.replace(/[=,].*$/, "")));
  if (unknown !== undefined) return `no option ${unknown}`;
  return row.commands.length > 0 && words.length > row.path.length && row.arguments.length === 0
    ? `no command ${words[row.path.length] ?? ""}`
    : undefined;
}
