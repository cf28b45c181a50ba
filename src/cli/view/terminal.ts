import type { Paint } from "./row.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** What a terminal, or a pipe in its place, can show. */
export function paintFor(out: { readonly isTTY?: boolean }, env: Env): Paint {
  const isTerminal = out.isTTY === true && env["TERM"] !== "dumb";
  // https://no-color.org: set and not empty.
  return { colour: isTerminal && (env["NO_COLOR"] ?? "") === "", ascii: !showsUtf8(env) };
}

/** locale(7): the first of these that is set decides. Nothing set: UTF-8, save in tmux and screen, which then show no more than ASCII. */
function showsUtf8(env: Env): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => (value ?? "") !== "");
  if (locale !== undefined) return /utf-?8/i.test(locale);
  return (env["TMUX"] ?? "") === "" && !/^(screen|tmux)/.test(env["TERM"] ?? "");
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Columns and rows of a terminal; of COLUMNS and LINES, else wide enough to cut little, for a pipe. */
export function sizeOf(out: { readonly columns?: number; readonly rows?: number }, env: Env): Size {
  const positive = (text: string | undefined): number | undefined => {
    const value = Number(text);
    return Number.isInteger(value) && value > 0 && value < 10_000 ? value : undefined;
  };
  return {
    width: out.columns || (positive(env["COLUMNS"]) ?? 100),
    height: out.rows || (positive(env["LINES"]) ?? 40),
  };
}
