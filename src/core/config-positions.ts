import { printable } from "./printable.ts";

/** A piece of a configuration file: offsets into its text. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

export interface Source {
  readonly file: string;
  readonly text: string;
}

/** Something to say about a place in a configuration file. */
export interface Remark {
  readonly span: Span;
  /** What is wrong and how to put it right. */
  readonly says: string;
}

const MAX_SHOWN_COLUMNS = 100;

/** `file:line:column: says`, the line itself, and a caret under the place. Lines and columns count from 1. */
export function showRemark({ span, says }: Remark): string {
  const { line, column, text } = locate(span);
  const before = printable(text.slice(0, column - 1), Infinity);
  const marked = printable(text.slice(column - 1, column - 1 + Math.max(1, span.end - span.start)), Infinity);
  const after = printable(text.slice(column - 1 + Math.max(1, span.end - span.start)), Infinity);
  // A long line is shown from shortly before the place.
  const cut = Math.max(0, before.length - MAX_SHOWN_COLUMNS / 2);
  const shown = `${cut > 0 ? "…" : ""}${before.slice(cut)}${marked}${after}`.slice(0, MAX_SHOWN_COLUMNS);
  const indent = before.length - cut + (cut > 0 ? 1 : 0);
  const carets = Math.max(1, Math.min(marked.length, shown.length - indent));
  const gutter = String(line);
  return [
    `${span.source.file}:${line}:${column}: ${says}`,
    `  ${gutter} | ${shown.trimEnd()}`,
    `  ${" ".repeat(gutter.length)} | ${" ".repeat(indent)}${"^".repeat(carets)}`,
  ].join("\n");
}

/** The line that holds the start of the span, with tabs as single spaces so that the caret stands right. */
export function locate({ source, start }: Pick<Span, "source" | "start">): {
  readonly line: number;
  readonly column: number;
  readonly text: string;
} {
  const at = Math.max(0, Math.min(start, source.text.length));
  const lineStart = at === 0 ? 0 : source.text.lastIndexOf("\n", at - 1) + 1;
  const lineEnd = source.text.indexOf("\n", at);
  let line = 1;
  for (let i = source.text.indexOf("\n"); i >= 0 && i < lineStart; i = source.text.indexOf("\n", i + 1)) line++;
  const text = source.text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).replaceAll(/[\t\r]/g, " ");
  return { line, column: at - lineStart + 1, text };
}
