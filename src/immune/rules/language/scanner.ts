import { losslessText } from "../../../core/lossless-text.ts";
import type { Place } from "./ast.ts";

/** What is wrong with a condition, where, and how to put it right. */
export interface Fault {
  readonly at: Place;
  readonly says: string;
}

/** Thrown inside of the parser alone. */
export class Unreadable extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.says);
    this.fault = fault;
  }
}

/** Also \b, which the language counts as blank. */
const BLANK = /[\s\x08]*/y;
const IDENTIFIER = /[a-zA-Z][a-zA-Z0-9_]*/y;
const FIELD = /[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/y;
const ARGUMENT = /[^\s\x08[\]"']+/y;
const NUMBER = /0[xX][0-9a-fA-F]+|[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?/y;
const BARE = /[^\s\x08(),="']+/y;

const PATTERNS = { identifier: IDENTIFIER, field: FIELD, argument: ARGUMENT, number: NUMBER, bare: BARE } as const;

/** Backslash sequences in quoted texts. Any other is kept as it is written. */
const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  " ": " ",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** Reads a condition from left to right. */
export class Scanner {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** Whether there was any. */
  blank(): boolean {
    const start = this.position;
    BLANK.lastIndex = start;
    BLANK.test(this.text);
    this.position = BLANK.lastIndex;
    return this.position > start;
  }

  /** Moves past a pattern that stands here. */
  take(what: keyof typeof PATTERNS): string | undefined {
    const pattern = PATTERNS[what];
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  sees(symbol: string): boolean {
    return this.text.startsWith(symbol, this.position);
  }

  /** Moves past this very text. */
  symbol(symbol: string): boolean {
    if (!this.sees(symbol)) return false;
    this.position += symbol.length;
    return true;
  }

  /** Moves past a word that ends here: before a blank, a parenthesis or the end. */
  word(word: string): boolean {
    if (!this.sees(word)) return false;
    const next = this.text.charAt(this.position + word.length);
    if (next !== "" && !/[\s\x08()]/.test(next)) return false;
    this.position += word.length;
    return true;
  }

  /** Moves past this very text where it ends as a bare value does. */
  phrase(phrase: string): boolean {
    if (!this.sees(phrase)) return false;
    const next = this.text.charAt(this.position + phrase.length);
    if (next !== "" && !/[\s\x08(),=]/.test(next)) return false;
    this.position += phrase.length;
    return true;
  }

  /** A text in single or double quotes, without them; undefined where none begins here. */
  quoted(): string | undefined {
    const quote = this.text.charAt(this.position);
    if (quote !== '"' && quote !== "'") return undefined;
    const start = this.position;
    const text = new QuotedText();
    for (let at = start + 1; at < this.text.length; at++) {
      const char = this.text.charAt(at);
      if (char === quote) {
        this.position = at + 1;
        return text.end();
      }
      if (char !== "\\") {
        text.add(char);
        continue;
      }
      const { value, length } = unescape(this.text, at);
      text.add(value);
      at += length - 1;
    }
    throw new Unreadable({ at: { start, end: this.text.length }, says: `this text has no closing ${quote}` });
  }

  /** The place from there to here. */
  from(start: number): Place {
    return { start, end: this.position };
  }

  /** What stands here, up to the next blank or parenthesis, for an error. */
  here(): Place {
    if (this.atEnd) return { start: Math.max(0, this.text.length - 1), end: Math.max(1, this.text.length) };
    const end = this.text.slice(this.position).search(/[\s\x08()]/);
    const length = end < 0 ? this.text.length - this.position : Math.max(1, end);
    return { start: this.position, end: this.position + length };
  }

  fail(says: string, at: Place = this.here()): never {
    throw new Unreadable({ at, says });
  }
}

/** Letters, and bytes that together are some: \xc3\xa9 is é. What is no UTF-8 is kept byte by byte, as in names. */
class QuotedText {
  private text = "";
  private bytes: number[] = [];

  add(piece: string | number): void {
    if (typeof piece === "number") this.bytes.push(piece);
    else {
      this.flush();
      this.text += piece;
    }
  }

  end(): string {
    this.flush();
    return this.text;
  }

  private flush(): void {
    if (this.bytes.length > 0) this.text += losslessText(Uint8Array.from(this.bytes));
    this.bytes = [];
  }
}

function unescape(text: string, at: number): { readonly value: string | number; readonly length: number } {
  const next = text.charAt(at + 1);
  const byte = /^\\x([0-9a-fA-F]{2})/.exec(text.slice(at, at + 4));
  if (byte?.[1] !== undefined) return { value: Number.parseInt(byte[1], 16), length: 4 };
  const known = ESCAPES[next];
  return known === undefined ? { value: "\\", length: 1 } : { value: known, length: 2 };
}
