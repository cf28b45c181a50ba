/** Texts that stand in everything that a regular expression matches. */
export interface RegexLiterals {
  /** What it begins with; "" where that is not known. */
  readonly beginning: string;
  /** What it holds, the beginning included. */
  readonly held: readonly string[];
}

const NONE: RegexLiterals = { beginning: "", held: [] };
/** What a backslash makes of these is the character itself (RE2 syntax). */
const PUNCTUATION = /[-./|()[\]{}*+?^$\\ ]/;
/** Letters, digits and what means nothing else. */
const PLAIN = /[a-zA-Z0-9_/ =:,;@%&<>'"~`!#-]/;

/**
 * Read from left to right without groups and classes, which may match anything: less is found than could be, never more. An
 * alternative outside of groups, or flags that change what letters mean, and nothing is said.
 */
export function regexLiterals(pattern: string): RegexLiterals {
  if (pattern.includes("(?") || pattern.includes("\\Q")) return NONE;
  const held: string[] = [];
  let [run, beginning] = ["", undefined as string | undefined];
  const close = (): void => {
    beginning ??= run;
    if (run !== "") held.push(run);
    run = "";
  };
  for (let at = 0; at < pattern.length;) {
    if (pattern.charAt(at) === "|") return NONE;
    const piece = pieceAt(pattern, at);
    if (piece === undefined) return NONE;
    at = piece.end;
    const times = /^(?:[*+?]|\{[^}]*\})[?+]?/.exec(pattern.slice(at))?.[0] ?? "";
    at += times.length;
    if (piece.literal !== undefined && times === "") run += piece.literal;
    else {
      // Once at least, but what follows does not stand right behind it.
      if (piece.literal !== undefined && times.startsWith("+")) run += piece.literal;
      close();
    }
  }
  close();
  return { beginning: beginning ?? "", held };
}

/** One character, class or group; undefined where it cannot be told. */
function pieceAt(pattern: string, at: number): { readonly end: number; readonly literal?: string } | undefined {
  const char = pattern.charAt(at);
  if (char === "(") return endOf(pattern, at);
  if (char === "[") return classEnd(pattern, at);
  if (char === "\\") {
    const next = pattern.charAt(at + 1);
    if (PUNCTUATION.test(next)) return { end: at + 2, literal: next };
    // \d, \n, ...; of more characters are \x41, \pN and \123.
    return /[dDwWsSbBAzntrfv]/.test(next) ? { end: at + 2 } : undefined;
  }
  if (PLAIN.test(char)) return { end: at + 1, literal: char };
  return { end: at + 1 };
}

/** Behind the parenthesis that closes this one. */
function endOf(pattern: string, start: number): { readonly end: number } | undefined {
  let depth = 0;
  for (let at = start; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "\\") at++;
    else if (char === "[") {
      const within = classEnd(pattern, at);
      if (within === undefined) return undefined;
      at = within.end - 1;
    } else if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return { end: at + 1 };
  }
  return undefined;
}

/** Behind the bracket that closes a class; a bracket that comes first is one of its characters. */
function classEnd(pattern: string, start: number): { readonly end: number } | undefined {
  let at = start + 1;
  if (pattern.charAt(at) === "^") at++;
  if (pattern.charAt(at) === "]") at++;
  for (; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "\\") at++;
    else if (char === "]") return { end: at + 1 };
    else if (pattern.startsWith("[:", at)) {
      const end = pattern.indexOf(":]", at);
      if (end < 0) return undefined;
      at = end + 1;
    }
  }
  return undefined;
}
