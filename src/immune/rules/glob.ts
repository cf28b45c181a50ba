/*
 * Shell patterns in time proportional to text times pattern, whatever the pattern: a star that fails moves on by one
 * character and never back to an earlier star (glob(7); the greedy algorithm of Kirk Krauss, "Matching Wildcards", 2008).
 */
type Token =
  | { readonly kind: "star" }
  | { readonly kind: "any" }
  | { readonly kind: "one"; readonly is: (char: string) => boolean };

export type Matcher = (text: string) => boolean;

/** A star matches slashes too, as fnmatch(3) without FNM_PATHNAME: Falco's rules rely on it. */
export function globMatcher(pattern: string, ignoreCase = false): Matcher {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const plain = plainMatcher(fold(pattern));
  if (plain !== undefined) return ignoreCase ? (text) => plain(fold(text)) : plain;
  const tokens = tokensOf(fold(pattern));
  return (text) => matches(tokens, fold(text));
}

/** Most patterns have stars and nothing else: what stands between them is searched for by the engine itself, in its order. */
function plainMatcher(pattern: string): Matcher | undefined {
  if (/[?[\\]/.test(pattern)) return undefined;
  const [first = "", ...others] = pattern.split(/\*+/);
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  const length = first.length + last.length;
  return (text) => {
    if (text.length < length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}

function matches(tokens: readonly Token[], text: string): boolean {
  let [at, token, star, from] = [0, 0, -1, 0];
  while (at < text.length) {
    const here = tokens[token];
    if (here?.kind === "star") {
      star = token++;
      from = at;
    } else if (here !== undefined && (here.kind === "any" || here.is(text.charAt(at)))) {
      at++;
      token++;
    } else if (star >= 0) {
      at = ++from;
      token = star + 1;
    } else return false;
  }
  while (tokens[token]?.kind === "star") token++;
  return token === tokens.length;
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
    } else if (char === "?") tokens.push({ kind: "any" });
    else if (char === "[") {
      const set = bracketAt(pattern, at);
      tokens.push({ kind: "one", is: set?.is ?? same("[") });
      if (set !== undefined) at = set.end;
    } else if (char === "\\" && at + 1 < pattern.length) tokens.push({ kind: "one", is: same(pattern.charAt(++at)) });
    else tokens.push({ kind: "one", is: same(char) });
  }
  return tokens;
}

function same(wanted: string): (char: string) => boolean {
  return (char) => char === wanted;
}

/** POSIX classes that file names may hold. */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[a-z]/i,
  digit: /\d/,
  alnum: /[a-z\d]/i,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  xdigit: /[\da-f]/i,
  punct: /[!-/:-@[-`{-~]/,
};

/** "[abc]", "[a-z]", "[!x]", "[[:digit:]]"; undefined where it is never closed, which makes it a plain "[". */
function bracketAt(
  pattern: string,
  start: number,
): { readonly is: (char: string) => boolean; readonly end: number } | undefined {
  let at = start + 1;
  const negated = pattern.charAt(at) === "!" || pattern.charAt(at) === "^";
  if (negated) at++;
  const tests: ((char: string) => boolean)[] = [];
  for (let first = true; at < pattern.length; first = false) {
    const char = pattern.charAt(at);
    if (char === "]" && !first) {
      const is = (text: string): boolean => tests.some((test) => test(text)) !== negated;
      return { is, end: at };
    }
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(at, at + 12));
    const known = named?.[1] === undefined ? undefined : CLASSES[named[1]];
    if (named !== null && known !== undefined) {
      tests.push((text) => known.test(text));
      at += named[0].length;
    } else if (pattern.charAt(at + 1) === "-" && pattern.charAt(at + 2) !== "]" && at + 2 < pattern.length) {
      const [low, high] = [char, pattern.charAt(at + 2)];
      tests.push((text) => text >= low && text <= high);
      at += 3;
    } else {
      tests.push(same(char));
      at++;
    }
  }
  return undefined;
}

/** `pmatch`: whether a path is one of these or lies below one; each part may hold wildcards, which never match a slash. */
export function prefixMatcher(paths: readonly string[]): Matcher {
  const plain = new Set<string>();
  const patterns: (readonly Matcher[])[] = [];
  for (const path of paths) {
    const trimmed = path.replace(/\/+$/, "");
    if (/[*?[]/.test(trimmed)) patterns.push(trimmed.split("/").map((part) => globMatcher(part)));
    else plain.add(trimmed);
  }
  return (path) => {
    if (plain.has(path.replace(/\/+$/, "")) || plain.has(""))
      return plain.has("") ? path.startsWith("/") || plain.has(path) : true;
    for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1))
      if (plain.has(path.slice(0, at))) return true;
    if (patterns.length === 0) return false;
    const parts = path.split("/");
    return patterns.some(
      (pattern) => pattern.length <= parts.length && pattern.every((test, i) => test(parts[i] ?? "")),
    );
  };
}
