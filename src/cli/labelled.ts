import { piece, type Row } from "./view/row.ts";

const LABEL = 11;
/** In front of the text. */
export const LABEL_COLUMNS = 2 + LABEL;

/** A fact of `doctor` and `validate`: what it is about on the left, in words on the right. */
export function labelled(label: string, text: string): Row {
  // A longer label pushes the text along, never into it.
  return [piece(`  ${label.padEnd(LABEL - 1)} `, "dim"), piece(text)];
}
