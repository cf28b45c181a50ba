import type { Explanation } from "../core/status.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";

const MAX_LINES = 20;

/** What, why, from, to, until, undo: a label on the left, its text beside it. */
export function explanationRows({ title, lines }: Explanation, width: number): Row[] {
  const indent = Math.max(...lines.map(({ label }) => label.length), 0) + 4;
  const rows = lines.flatMap(({ label, text }, index): Row[] => {
    // Several of one kind, such as evidence, are named once.
    const name = lines[index - 1]?.label === label ? "" : label;
    const style = label === "undo" ? "cool" : "plain";
    return wrap(text, width - indent, MAX_LINES).map((line, at): Row => [
      piece(`  ${at === 0 ? name : ""}`.padEnd(indent), "dim"),
      piece(line, style),
    ]);
  });
  return [[piece(title, "title")], ...rows];
}
