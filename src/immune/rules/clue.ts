import type { OperatorName } from "./language/operators.ts";
import { regexLiterals } from "./regex-literals.ts";
import type { ResolvedCheck } from "./resolved.ts";

/**
 * How a text that meets a comparison begins or ends, or what it holds: what is needed to find the comparison by the text. Never more
 * than a hint, the comparison itself is asked afterwards.
 */
export interface Clue {
  readonly at: "beginning" | "end" | "anywhere";
  readonly text: string;
}

/** One of these at least; undefined where nothing is known. */
export type Clues = readonly Clue[] | undefined;

/** Stands behind the last character of each text, so that "id" is not taken for the beginning of "identify". */
export const END = "\0";
/** A row of more is found by asking it: its set is quick, and tables stay small whatever lists a file brings. */
const MOST_CLUES = 2000;

/** With a modifier too (anyof, oneof, allof), the comparison holds for one of the values at least. */
export function cluesOf({ operator, right }: ResolvedCheck): Clues {
  const clue = CLUE[operator];
  if (clue === undefined || (right.kind !== "value" && right.kind !== "list")) return undefined;
  return union((right.kind === "value" ? [right.text] : right.texts).map((text) => sound(clue(text))));
}

const begins = (text: string): Clue => ({ at: "beginning", text });
const ends = (text: string): Clue => ({ at: "end", text });
const holds = (text: string): Clue => ({ at: "anywhere", text });
const is = (text: string): Clue => begins(text + END);
const longest = (texts: readonly string[]): string => texts.toSorted((a, b) => b.length - a.length)[0] ?? "";

const CLUE: Readonly<Partial<Record<OperatorName, (constant: string) => Clue>>> = {
  "=": is,
  "==": is,
  in: is,
  intersects: is,
  startswith: begins,
  endswith: ends,
  contains: holds,
  // What comes before the first character that means something else, or behind the last, or the most that stands between.
  glob: (pattern) => {
    const beginning = /^[^*?[\\]*/.exec(pattern)?.[0] ?? "";
    if (beginning !== "" || /[[\\]/.test(pattern)) return begins(beginning);
    const end = /[^*?]*$/.exec(pattern)?.[0] ?? "";
    return end === "" ? holds(longest(pattern.split(/[*?]+/))) : ends(end);
  },
  pmatch: (path) => begins(/^[^*?[\\]*/.exec(path.replace(/\/+$/, ""))?.[0] ?? ""),
  regex: (pattern) => {
    const { beginning, held } = regexLiterals(pattern);
    return beginning === "" ? holds(longest(held)) : begins(beginning);
  },
};

/** Nothing stands in every text. */
function sound(clue: Clue): Clues {
  return clue.text === "" ? undefined : [clue];
}

/** Of several of which one has to hold. */
export function union(all: readonly Clues[]): Clues {
  if (all.length === 0 || !all.every((clues) => clues !== undefined)) return undefined;
  const clues = all.flat();
  return clues.length > MOST_CLUES ? undefined : clues;
}

/** Of several that all have to hold: the one that fewest texts have. */
export function narrowest(all: readonly Clues[]): Clues {
  return all.toSorted((a, b) => shortest(b) - shortest(a))[0];
}

/** What may stand anywhere has to be looked for, so it is better than nothing, and no more. */
function shortest(clues: Clues): number {
  return clues === undefined ? -1 : Math.min(...clues.map(({ at, text }) => (at === "anywhere" ? 0 : text.length)));
}

/** Of a path, where the clues are of its folder. */
export function ofFolder(clues: Clues): Clues {
  return clues === undefined ? undefined : union(clues.map((clue) => sound(folderClue(clue))));
}

function folderClue({ at, text }: Clue): Clue {
  const isWhole = text.endsWith(END);
  const own = isWhole ? text.slice(0, -1) : text;
  // Also what has no folder is said to lie in "/" (folderOf).
  if (own.length < 2) return holds("");
  if (at !== "beginning") return holds(own);
  return begins(isWhole ? `${own}/` : own);
}

/** Of a path, where the clues are of its last part. */
export function ofLastPart(clues: Clues): Clues {
  return clues === undefined ? undefined : union(clues.map((clue) => sound(lastPartClue(clue))));
}

function lastPartClue({ at, text }: Clue): Clue {
  if (at !== "beginning") return { at, text };
  return text.endsWith(END) ? ends(text.slice(0, -1)) : holds(text);
}
