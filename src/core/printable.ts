/**
 * Names come from processes that may be hostile. Everything outside printable ASCII and ordinary
 * letters is written as an escape, so that it never reaches a terminal, a log or a page raw.
 */
export function printable(text: string, maxLength = 256): string {
  let out = "";
  for (const char of text) {
    if (out.length >= maxLength) return `${out.slice(0, maxLength - 1)}…`;
    out += isPlain(char) ? char : escapeOf(char);
  }
  return out.length > maxLength ? `${out.slice(0, maxLength - 1)}…` : out;
}

function isPlain(char: string): boolean {
  const code = char.codePointAt(0)!;
  if (code >= 0x20 && code < 0x7f) return char !== "\\";
  return code >= 0xa1 && /^[\p{L}\p{N}]$/u.test(char);
}

function escapeOf(char: string): string {
  const code = char.codePointAt(0)!;
  if (char === "\\") return "\\\\";
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return `\\u{${code.toString(16)}}`;
}
