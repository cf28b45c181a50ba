import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";

const LABEL = 11;
/** In front of the text. */
export const LABEL_COLUMNS = 2 + LABEL;
const MAX_LINES = 60;

/** A fact of `doctor` and `validate`: what it is about on the left, in words on the right. */
export function labelled(label: string, text: string): Row {
  // A longer label pushes the text along, never into it.
  return [piece(`  ${label.padEnd(LABEL - 1)} `, "dim"), piece(text)];
}

/** The same over as many lines as it takes. A label too long for its column has a line of its own. */
export function labelledLines(label: string, text: string, width: number): Row[] {
  const lines = wrap(text, width - LABEL_COLUMNS, MAX_LINES);
  if (label.length < LABEL) return lines.map((line, at) => labelled(at === 0 ? label : "", line));
  return [[piece(`  ${label}`, "dim")], ...lines.map((line) => labelled("", line))];
}
