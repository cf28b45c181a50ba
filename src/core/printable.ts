import { keptByte } from "./lossless-text.ts";

/**
 * Names come from processes that may be hostile. Everything outside printable ASCII and ordinary
 * letters is written as an escape, so that it never reaches a terminal, a log or a page raw. Texts that differ differ as escapes too.
 */
export function printable(text: string, maxLength = 256): string {
  let out = "";
  for (const char of text) {
    if (out.length >= maxLength) return `${cut(out, maxLength - 1)}…`;
    out += isPlain(char) ? char : escapeOf(char);
  }
  return shortened(out, maxLength);
}

/** At most `maxLength` UTF-16 units of a text that is printable already, with "…" where it was cut. */
export function shortened(text: string, maxLength: number): string {
  return text.length > maxLength ? `${cut(text, maxLength - 1)}…` : text;
}

/** Never half of a surrogate pair: that would be no letter any more, and no valid UTF-8. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function isPlain(char: string): boolean {
  const code = char.codePointAt(0)!;
  if (code >= 0x20 && code < 0x7f) return char !== "\\";
  return code >= 0xa1 && /^[\p{L}\p{N}]$/u.test(char);
}

function escapeOf(char: string): string {
  const code = char.codePointAt(0)!;
  if (char === "\\") return "\\\\";
  // One byte, as it is (losslessText) or as it was.
  const byte = code < 0x80 ? code : keptByte(code);
  if (byte !== undefined) return `\\x${byte.toString(16).padStart(2, "0")}`;
  return `\\u{${code.toString(16)}}`;
}
