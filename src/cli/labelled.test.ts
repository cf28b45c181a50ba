import assert from "node:assert/strict";
import { test } from "node:test";
import { LABEL_COLUMNS, labelledLines } from "./labelled.ts";

const text = (label: string, says: string, width: number): string[] =>
  labelledLines(label, says, width).map((row) => row.map((piece) => piece.text).join(""));

test("a fact goes on under its own text, and stays within the width", () => {
  const [first, ...rest] = text("scope", "/services, /jobs ".repeat(10), 40);
  assert.match(first ?? "", /^ {2}scope {6}\/services/);
  assert.ok(rest.length > 3);
  for (const line of rest) assert.ok(line.startsWith(" ".repeat(LABEL_COLUMNS)) && line.length <= 40, line);
});

test("a label too long for its column has a line of its own", () => {
  assert.deepEqual(text("memory.reclaim", "once", 40), ["  memory.reclaim", `${" ".repeat(LABEL_COLUMNS)}once`]);
});
