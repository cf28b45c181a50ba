import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ACTION_KINDS } from "../core/action.ts";
import { readKnobTable } from "../core/plugin-knobs.ts";
import { doableRows, whatCanBeDone } from "./doctor-actions.ts";
import type { Row } from "./view/row.ts";

const TABLE = join(import.meta.dirname, "../../examples/plugin/calm-memory/knobs.yaml");

const textOf = (row: Row): string => row.map(({ text }) => text).join("");

function withExample() {
  const knobs = readKnobTable({ file: TABLE, text: readFileSync(TABLE, "utf8") });
  assert.ok(knobs.ok);
  return whatCanBeDone([{ name: "calm-memory", knobs: knobs.value }]);
}

test("knobs of plugins stand behind the layer's own kinds, with the bounds of their tables", () => {
  const kinds = withExample().map(({ kind }) => kind);
  assert.deepEqual(kinds, [...ACTION_KINDS, "knob.memory.swap.max", "knob.memory.min"]);
  const text = doableRows(withExample(), 200).map(textOf).join("\n");
  assert.match(text, /\n {2}knob\.memory\.swap\.max\n +how much of its memory batch work may leave in swap/);
  assert.match(
    text,
    /0B to 16G, ×16 a step at most, \d+ a minute, reverts after 1 min, of the plugin calm-memory, and observed only until `actions` names it/,
  );
});

test("a range has its unit, but where that says nothing, and a switch has none", () => {
  const text = doableRows(whatCanBeDone([]), 100).map(textOf).join("\n");
  assert.match(text, /cpu\.max[^]*? to \d+ % of one CPU, /);
  assert.match(text, /cpu\.weight[^]*? 1 to 10000, /);
  assert.match(text, /memory\.reclaim[^]*?, cannot be taken back\n/);
  assert.doesNotMatch(text, /to \S+ (?:flag|weight|mode)/);
  for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
});
