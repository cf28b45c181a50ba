import type { Source, Span } from "../../core/config-positions.ts";
import type { Place } from "./language/ast.ts";

/** A text of a rule file as its reader sees it, with the way back to where it was written. */
export interface Written {
  readonly text: string;
  /** In order; each begins at `from` in the text. More than one where later files append. */
  readonly pieces: readonly Piece[];
}

interface Piece {
  readonly from: number;
  readonly text: string;
  readonly span: Span;
}

export function written(text: string, span: Span): Written {
  return { text, pieces: [{ from: 0, text, span }] };
}

/** One behind the other, a blank between them. */
export function appended(first: Written, second: Written): Written {
  const from = first.text.length + 1;
  const later = second.pieces.map((piece) => ({ ...piece, from: piece.from + from }));
  return { text: `${first.text} ${second.text}`, pieces: [...first.pieces, ...later] };
}

/**
 * Where a place of the text is written. YAML folds lines and takes indentation away, so offsets differ; but what is not
 * blank comes through in order, and is counted.
 */
export function spanOf(whole: Written, at: Place): Span {
  const piece = whole.pieces.findLast(({ from }) => from <= at.start) ?? whole.pieces[0];
  if (piece === undefined) return { source: { file: "", text: "" }, start: 0, end: 1 };
  const { source, start, end } = piece.span;
  const raw = source.text.slice(start, end);
  const begin = start + offsetIn(raw, piece.text, at.start - piece.from);
  const last = start + offsetIn(raw, piece.text, Math.max(at.start, at.end - 1) - piece.from);
  return { source, start: begin, end: Math.max(begin + 1, last + 1) };
}

function offsetIn(raw: string, text: string, offset: number): number {
  let wanted = 0;
  for (let i = 0; i < Math.min(offset, text.length); i++) if (!isBlank(text.charCodeAt(i))) wanted++;
  let seen = 0;
  for (let i = beginsAt(raw); i < raw.length; i++) {
    if (isBlank(raw.charCodeAt(i))) continue;
    if (seen === wanted) return i;
    seen++;
  }
  return 0;
}

/** Past what announces a block (">-", "|") or a quoted text. */
function beginsAt(raw: string): number {
  return /^[|>][-+0-9]*[^\n]*\n|^["']/.exec(raw)?.[0].length ?? 0;
}

function isBlank(code: number): boolean {
  return code <= 32;
}

export function nowhere(file: string): Span {
  const source: Source = { file, text: "" };
  return { source, start: 0, end: 1 };
}
