import { charColumns, columnsOf, cutTo } from "./columns.ts";

/** SGR codes (ECMA-48, section 8.3.117). The terminal's own 16 colours only, so that dark and light themes both work. */
const STYLES = {
  plain: "",
  bold: "1",
  dim: "2",
  title: "1;36",
  good: "32",
  warn: "33",
  bad: "1;31",
  cool: "36",
  latency: "1;35",
  batch: "34",
} as const;

export type Style = keyof typeof STYLES;

/** A piece of a row: text in one style. */
export interface Piece {
  readonly text: string;
  readonly style: Style;
}

export type Row = readonly Piece[];

export function piece(text: string, style: Style = "plain"): Piece {
  return { text, style };
}

export function widthOf(row: Row): number {
  return row.reduce((sum, { text }) => sum + columnsOf(text), 0);
}

/** Exactly `width` columns: padded with blanks, or cut with an ellipsis. */
export function fit(row: Row, width: number, align: "left" | "right" = "left"): Row {
  const excess = widthOf(row) - width;
  if (excess === 0) return row;
  if (excess < 0) {
    const blanks = piece(" ".repeat(-excess));
    return align === "left" ? [...row, blanks] : [blanks, ...row];
  }
  const kept: Piece[] = [];
  let left = width - 1;
  for (const { text, style } of row) {
    if (left <= 0) break;
    const cut = cutTo(text, left);
    kept.push({ text: cut, style });
    left -= columnsOf(cut);
    if (cut.length < text.length) break;
  }
  // A wide character may leave one column over.
  return width <= 0 ? [] : [...kept, piece("…" + " ".repeat(Math.max(0, left)), "dim")];
}

/** Left and right parts with the blanks between; the right part wins where there is no room for both. */
export function spread(left: Row, right: Row, width: number): Row {
  const room = width - widthOf(right);
  return room <= 0 ? fit(right, width) : [...fit(left, room), ...right];
}

export interface Paint {
  readonly colour: boolean;
  /** The terminal does not show UTF-8. */
  readonly ascii: boolean;
}

/** A row as text for a terminal. The only place where escape codes are made; none can come in through the text. */
export function paint(row: Row, { colour, ascii }: Paint): string {
  let out = "";
  for (const { text, style } of row) {
    const safe = ascii ? toAscii(inert(text)) : inert(text);
    out += colour && style !== "plain" && safe.trim() !== "" ? `\x1b[${STYLES[style]}m${safe}\x1b[0m` : safe;
  }
  return out.trimEnd();
}

function inert(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}

/** One column each, so that nothing moves. */
const ASCII: Readonly<Record<string, string>> = {
  "→": ">",
  "←": "<",
  "…": "~",
  "·": "-",
  "×": "x",
  "━": "=",
  "╸": "=",
  "─": "-",
  µ: "u",
};

function toAscii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, (char) => ASCII[char] ?? "?".repeat(charColumns(char)));
}
