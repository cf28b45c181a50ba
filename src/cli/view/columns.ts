/** Ranges of characters that take two columns in a terminal (Unicode 16, EastAsianWidth W and F, the blocks in use). */
const WIDE: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18d08],
  [0x1b000, 0x1b2fb],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Columns of one character. Names come through `printable`, so combining marks do not occur. */
export function charColumns(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  return code >= 0x1100 && WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += charColumns(char);
  return columns;
}

/** The longest beginning that takes at most `columns`. */
export function cutTo(text: string, columns: number): string {
  let used = 0;
  let end = 0;
  for (const char of text) {
    used += charColumns(char);
    if (used > columns) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** Lines of at most `columns`, broken at blanks where there are any; the last ends in an ellipsis where the text is longer than that. */
export function wrap(text: string, columns: number, maxLines: number): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== "" && lines.length < maxLines) {
    const whole = cutTo(rest, Math.max(1, columns));
    if (whole.length === rest.length) return [...lines, rest];
    if (lines.length === maxLines - 1) return [...lines, `${cutTo(rest, Math.max(0, columns - 1)).trimEnd()}…`];
    const blank = rest.slice(0, whole.length + 1).lastIndexOf(" ");
    const end = blank > whole.length / 3 ? blank : whole.length;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return lines;
}
