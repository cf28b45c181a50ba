import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf } from "./view/columns.ts";
import type { Row } from "./view/row.ts";
import { watchedWords, watcherRows } from "./watchers.ts";

const text = (rows: readonly Row[]): string => rows.map((row) => row.map((piece) => piece.text).join("")).join("\n");

test("agents are on or off as the configuration has them, and those of full depth say so", () => {
  const light = text(watcherRows({ depth: "light", off: ["context"] }, 80));
  assert.match(light, /^ {2}on {3}lineage +notices a program started/m);
  assert.match(light, /^ {2}off {2}context /m);
  assert.match(light, /^ {2}off {2}persistence [^]*?\(depth full\)/m);
  const full = text(watcherRows({ depth: "full", off: [] }, 80));
  assert.doesNotMatch(full, /^ {2}off/m);
});

test("of a running layer, those that it has are on", () => {
  const shown = text(watcherRows([{ name: "persistence" }], 80));
  assert.deepEqual(
    [...shown.matchAll(/^ {2}on +(\S+)/gm)].map(([, name]) => name),
    ["persistence"],
  );
});

test("agents are told in any width", () => {
  for (const width of [60, 80, 120])
    for (const line of text(watcherRows({ depth: "full", off: [] }, width)).split("\n"))
      assert.ok(columnsOf(line.trimEnd()) <= width, line);
});

test("a name that no agent has is said to be none, with the one that was meant", () => {
  assert.match(watchedWords({ depth: "full", off: [] }), /^depth full: .*a little$/);
  assert.match(
    watchedWords({ depth: "light", off: ["context", "minr"] }),
    /; without context, minr \(no agent is called so: did you mean miner\?\)$/,
  );
});
