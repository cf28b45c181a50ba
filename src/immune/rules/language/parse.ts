import { failed, ok, type Result } from "../../../core/errors.ts";
import { nearest } from "../../../core/nearest.ts";
import type { Check, Condition, Field, Operand, RightSide, Transformed, Value } from "./ast.ts";
import { MODIFIER_NAMES, type ModifierName, OPERATOR_NAMES, OPERATORS, type OperatorName } from "./operators.ts";
import { type Fault, Scanner, Unreadable } from "./scanner.ts";
import { TRANSFORMER_NAMES, TRANSFORMERS, type TransformerName } from "./transformer-names.ts";

/** As deep as the language's own reader goes; deeper text is an attack on the stack. */
const MAX_DEPTH = 100;
const MAX_LENGTH = 1 << 17;

export type Parsed = { readonly ok: true; readonly value: Condition } | { readonly ok: false; readonly fault: Fault };

/**
 * Reads a condition. `phrases`: names with blanks, which elsewhere end a value. `or` binds weaker than `and`, `not` binds strongest; no exception leaves this function.
 * Grammar: libsinsp, filter/parser.h (Apache-2.0), from its description.
 */
export function parseCondition(text: string, phrases: readonly string[] = []): Parsed {
  const scanner = new Scanner(text);
  try {
    if (text.length > MAX_LENGTH) scanner.fail(`a condition may have ${MAX_LENGTH} characters`, { start: 0, end: 1 });
    const value = new Parser(scanner, phrases).all();
    return { ok: true, value };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** An item of a list: a quoted text without its quotes, anything else as it is written. */
export function parseItem(text: string): Result<string> {
  const trimmed = text.trim();
  const quote = trimmed.charAt(0);
  if (quote !== '"' && quote !== "'") return ok(text);
  const scanner = new Scanner(trimmed);
  try {
    const value = scanner.quoted();
    if (value !== undefined && scanner.atEnd) return ok(value);
    return failed("SW-RULE", "what follows the closing quote belongs to no item");
  } catch (error) {
    if (error instanceof Unreadable) return failed("SW-RULE", error.fault.says);
    throw error;
  }
}

class Parser {
  private readonly scan: Scanner;
  private readonly phrases: readonly string[];
  private depth = 0;

  constructor(scanner: Scanner, phrases: readonly string[]) {
    this.scan = scanner;
    this.phrases = phrases;
  }

  all(): Condition {
    this.scan.blank();
    if (this.scan.atEnd) this.scan.fail("the condition is empty", { start: 0, end: 1 });
    const condition = this.either();
    this.scan.blank();
    if (!this.scan.atEnd) this.scan.fail(this.afterCheck());
    return condition;
  }

  private either(): Condition {
    return this.chain("or", () => this.both());
  }

  private both(): Condition {
    return this.chain("and", () => this.maybeNot());
  }

  private chain(word: "or" | "and", part: () => Condition): Condition {
    return this.deeper(() => {
      this.scan.blank();
      const start = this.scan.position;
      const parts = [part()];
      for (this.scan.blank(); this.scan.word(word); this.scan.blank()) {
        this.scan.blank();
        if (this.scan.atEnd) this.scan.fail(`something has to follow \`${word}\``, lastChar(this.scan));
        parts.push(part());
      }
      const [first] = parts;
      return parts.length === 1 && first !== undefined ? first : { kind: word, parts, at: this.scan.from(start) };
    });
  }

  private maybeNot(): Condition {
    this.scan.blank();
    const start = this.scan.position;
    let negated = false;
    while (this.scan.word("not")) {
      negated = !negated;
      this.scan.blank();
    }
    const part = this.single();
    return negated ? { kind: "not", part, at: this.scan.from(start) } : part;
  }

  private single(): Condition {
    return this.deeper(() => {
      const { scan } = this;
      const start = scan.position;
      if (scan.symbol("(")) {
        const inner = this.either();
        scan.blank();
        if (!scan.symbol(")")) this.unclosed(start);
        return inner;
      }
      const left = this.operand();
      if (left !== undefined) return this.check(left, start);
      const name = scan.take("identifier");
      if (name !== undefined) return { kind: "macro", name, at: scan.from(start) };
      return scan.fail(
        scan.atEnd ? "a field, a macro or ( is missing here" : "expected a field such as proc.name, a macro or (",
        scan.atEnd ? lastChar(scan) : scan.here(),
      );
    });
  }

  private unclosed(start: number): never {
    if (this.scan.atEnd) this.scan.fail("this ( is never closed", { start, end: start + 1 });
    return this.scan.fail(`${this.afterCheck()}, or ) for the ( before`);
  }

  private afterCheck(): string {
    const word = /^[a-z]+/i.exec(this.scan.text.slice(this.scan.position))?.[0];
    const meant = word === undefined ? undefined : nearest(word.toLowerCase(), ["and", "or"]);
    return meant === undefined
      ? "expected `and`, `or` or the end"
      : `expected \`and\` or \`or\`: did you mean \`${meant}\`?`;
  }

  /** A field or a transformer; undefined, and nothing read, where neither stands here. */
  private operand(): Operand | undefined {
    const { scan } = this;
    const start = scan.position;
    for (const name of TRANSFORMER_NAMES) if (scan.symbol(`${name}(`)) return this.transformed(name, start);
    const name = scan.take("field");
    if (name === undefined) return undefined;
    const argument = this.bracket();
    const at = scan.from(start);
    const field: Field = argument === undefined ? { kind: "field", name, at } : { kind: "field", name, argument, at };
    return field;
  }

  private bracket(): string | undefined {
    const { scan } = this;
    const start = scan.position;
    if (!scan.symbol("[")) return undefined;
    const argument = scan.quoted() ?? scan.take("argument");
    if (argument === undefined) return scan.fail("expected what to look up, such as [1] or [name]");
    if (!scan.symbol("]")) return scan.fail("this [ is never closed", { start, end: scan.position });
    return argument;
  }

  private transformed(by: TransformerName, start: number): Transformed {
    return this.deeper(() => {
      const { scan } = this;
      const [least, most] = TRANSFORMERS[by].operands;
      const operands: (Operand | Value)[] = [];
      do {
        scan.blank();
        const operand = this.operand() ?? (TRANSFORMERS[by].constants ? this.value() : undefined);
        operands.push(operand ?? scan.fail(`expected a field such as proc.name for ${by}()`));
        scan.blank();
      } while (scan.symbol(","));
      if (!scan.symbol(")")) scan.fail(`expected ) for ${by}(`);
      const at = scan.from(start);
      if (operands.length < least || operands.length > most)
        scan.fail(`${by}() takes ${least === most ? least : `${least} to ${most}`}, not ${operands.length}`, at);
      const argument = by === "getopt" ? this.bracket() : undefined;
      return argument === undefined
        ? { kind: "transformed", by, operands, at }
        : { kind: "transformed", by, operands, argument, at: scan.from(start) };
    });
  }

  private check(left: Operand, start: number): Check {
    const { scan } = this;
    scan.blank();
    let modifier = this.modifier();
    const operator = this.operator();
    const { takes } = OPERATORS[operator];
    if (takes === "nothing") {
      if (modifier !== undefined) scan.fail(`\`exists\` compares with nothing, so ${modifier} has no meaning`);
      return { kind: "check", left, operator, at: scan.from(start) };
    }
    scan.blank();
    modifier ??= this.modifier();
    const right = modifier === undefined ? this.rightSide(operator, takes) : this.listFor(modifier, takes);
    const at = scan.from(start);
    return modifier === undefined
      ? { kind: "check", left, operator, right, at }
      : { kind: "check", left, operator, modifier, right, at };
  }

  private modifier(): ModifierName | undefined {
    const found = MODIFIER_NAMES.find((name) => this.scan.word(name));
    if (found !== undefined) this.scan.blank();
    return found;
  }

  private operator(): OperatorName {
    const { scan } = this;
    for (const name of OPERATOR_NAMES) if (/^\w/.test(name) ? scan.word(name) : scan.symbol(name)) return name;
    const written = /^[^\s()]+/.exec(scan.text.slice(scan.position))?.[0] ?? "";
    const meant = nearest(written.toLowerCase(), OPERATOR_NAMES);
    const way = meant === undefined ? `one of ${OPERATOR_NAMES.join(", ")}` : `did you mean \`${meant}\`?`;
    return scan.fail(`expected an operator: ${way}`, scan.atEnd ? lastChar(scan) : scan.here());
  }

  private rightSide(operator: OperatorName, takes: "number" | "text" | "list"): RightSide {
    const { scan } = this;
    const start = scan.position;
    for (const name of TRANSFORMER_NAMES) if (scan.symbol(`${name}(`)) return this.transformed(name, start);
    if (takes === "list") return this.list(operator);
    if (takes === "number") {
      const text = scan.take("number");
      if (text !== undefined && !/[^\s\x08(),]/.test(scan.text.charAt(scan.position)))
        return { kind: "value", text, quoted: false, at: scan.from(start) };
      scan.position = start;
      return scan.fail(`\`${operator}\` compares numbers: expected a number such as 10, 0x1f or 1e9`);
    }
    return (
      this.value() ?? scan.fail(`expected a value behind \`${operator}\`; put texts with ( ) , = or blanks in quotes`)
    );
  }

  private listFor(modifier: ModifierName, takes: "number" | "text" | "list"): RightSide {
    if (takes === "list")
      this.scan.fail(`${modifier} goes with an operator that compares with one value, such as startswith`);
    return this.list(modifier);
  }

  private list(before: string): RightSide {
    const { scan } = this;
    const start = scan.position;
    if (!scan.symbol("(")) {
      const name = this.phrases.find((phrase) => scan.phrase(phrase)) ?? scan.take("identifier");
      if (name === undefined) return scan.fail(`expected a list in parentheses behind \`${before}\`, or a list's name`);
      const at = scan.from(start);
      return { kind: "list", values: [{ kind: "value", text: name, quoted: false, at }], at };
    }
    const values: Value[] = [];
    for (scan.blank(); !scan.symbol(")"); scan.blank()) {
      if (scan.atEnd) scan.fail("this ( is never closed", { start, end: start + 1 });
      values.push(this.value() ?? scan.fail("expected a value, a list's name or )"));
      scan.blank();
      // A comma may follow the last one too.
      if (!scan.symbol(",") && !scan.sees(")")) scan.fail("expected , or ) behind a value of the list");
    }
    return { kind: "list", values, at: scan.from(start) };
  }

  private value(): Value | undefined {
    const { scan } = this;
    const start = scan.position;
    const quoted = scan.quoted();
    if (quoted !== undefined) return { kind: "value", text: quoted, quoted: true, at: scan.from(start) };
    const text = this.phrases.find((phrase) => scan.phrase(phrase)) ?? scan.take("bare");
    return text === undefined ? undefined : { kind: "value", text, quoted: false, at: scan.from(start) };
  }

  private deeper<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH * 3) this.scan.fail(`nested deeper than ${MAX_DEPTH} levels`);
    const result = read();
    this.depth--;
    return result;
  }
}

function lastChar(scan: Scanner): { readonly start: number; readonly end: number } {
  const end = scan.text.trimEnd().length;
  return { start: Math.max(0, end - 1), end: Math.max(1, end) };
}
