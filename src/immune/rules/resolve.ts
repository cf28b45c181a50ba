import type { Remark, Span } from "../../core/config-positions.ts";
import { nearest } from "../../core/nearest.ts";
import { printable } from "../../core/printable.ts";
import type {
  ExceptionDefinition,
  ExceptionValue,
  Item,
  ListDefinition,
  MacroDefinition,
  RuleDefinition,
} from "./definitions.ts";
import type { Condition, Operand, RightSide, Value } from "./language/ast.ts";
import { OPERATORS, type OperatorName } from "./language/operators.ts";
import { parseCondition } from "./language/parse.ts";
import { TRANSFORMER_NAMES } from "./language/transformer-names.ts";
import type { Resolved, ResolvedConstant, ResolvedOperand, ResolvedRight } from "./resolved.ts";
import { asShown } from "./shown-constants.ts";
import { spanOf, type Written } from "./written.ts";

export interface Names {
  readonly lists: ReadonlyMap<string, ListDefinition>;
  readonly macros: ReadonlyMap<string, MacroDefinition>;
}

/** More values than this come from lists that hold each other many times over. */
const MAX_ITEMS = 100_000;
/** Parts of one rule's condition, its macros included: far more come only from macros that double each other. */
const MAX_PARTS = 20_000;

/** Puts macros and lists in place, and exceptions behind. Each macro is read once for all rules. */
export class Resolver {
  readonly usedMacros = new Set<string>();
  readonly usedLists = new Set<string>();
  private readonly names: Names;
  private readonly wrong: Remark[];
  private readonly macros = new Map<string, Resolved | undefined>();
  private readonly lists = new Map<string, readonly string[]>();
  private readonly onTheWay = new Set<string>();
  /** Names of lists with blanks in them, the longest first. */
  private readonly phrases: readonly string[];

  constructor(names: Names, wrong: Remark[]) {
    this.names = names;
    this.phrases = [...names.lists.keys()].filter((name) => /\s/.test(name)).toSorted((a, b) => b.length - a.length);
    this.wrong = wrong;
  }

  /** Undefined, and a remark, where it cannot be. */
  rule(rule: RuleDefinition): Resolved | undefined {
    const condition = this.written(rule.condition);
    if (condition === undefined) return undefined;
    const parts = rule.exceptions.flatMap((exception) => this.exception(exception));
    const whole: Resolved =
      parts.length === 0
        ? condition
        : { kind: "and", parts: [condition, { kind: "not", part: { kind: "or", parts } }] };
    if (sizeOf(whole) > MAX_PARTS) return this.reject(rule.span, `its condition has more than ${MAX_PARTS} parts`);
    return whole;
  }

  /** A macro on its own, for those that nobody uses. */
  macro(definition: MacroDefinition): Resolved | undefined {
    if (this.macros.has(definition.name)) return this.macros.get(definition.name);
    this.onTheWay.add(definition.name);
    const resolved = this.written(definition.condition);
    this.onTheWay.delete(definition.name);
    this.macros.set(definition.name, resolved);
    return resolved;
  }

  private written(whole: Written): Resolved | undefined {
    const parsed = parseCondition(whole.text, this.phrases);
    if (!parsed.ok) return this.reject(spanOf(whole, parsed.fault.at), parsed.fault.says);
    return this.condition(parsed.value, whole);
  }

  private condition(condition: Condition, whole: Written): Resolved | undefined {
    switch (condition.kind) {
      case "and":
      case "or": {
        const parts = condition.parts.map((part) => this.condition(part, whole));
        const known = parts.filter((part) => part !== undefined);
        return known.length === parts.length ? { kind: condition.kind, parts: known } : undefined;
      }
      case "not": {
        const part = this.condition(condition.part, whole);
        return part === undefined ? undefined : { kind: "not", part };
      }
      case "macro":
        return this.named(condition.name, spanOf(whole, condition.at));
      case "check": {
        const span = spanOf(whole, condition.at);
        const left = this.operand(condition.left, whole);
        const right = asShown(this.right(condition.right, condition.operator, whole), condition.operator, left);
        const { operator, modifier } = condition;
        return modifier === undefined
          ? { kind: "check", left, operator, right, span }
          : { kind: "check", left, operator, modifier, right, span };
      }
    }
  }

  private named(name: string, span: Span): Resolved | undefined {
    const definition = this.names.macros.get(name);
    if (definition === undefined) {
      if (this.names.lists.has(name))
        return this.reject(span, `\`${name}\` is a list: compare a field with it, such as \`proc.name in (${name})\``);
      const meant = nearest(name, [...this.names.macros.keys()]);
      return this.reject(
        span,
        `there is no macro \`${printable(name, 80)}\`${meant === undefined ? "" : `: did you mean \`${meant}\`?`}`,
      );
    }
    this.usedMacros.add(name);
    if (this.onTheWay.has(name)) return this.reject(span, `macro \`${name}\` is made of itself`);
    return this.macro(definition);
  }

  private operand(operand: Operand, whole: Written): ResolvedOperand {
    const span = spanOf(whole, operand.at);
    const argument = operand.argument === undefined ? {} : { argument: operand.argument };
    if (operand.kind === "field") return { kind: "field", name: operand.name, ...argument, span };
    const operands = operand.operands.map((each): ResolvedOperand | ResolvedConstant =>
      each.kind === "value" ? { kind: "constant", text: each.text } : this.operand(each, whole),
    );
    return { kind: "transformed", by: operand.by, operands, ...argument, span };
  }

  private right(right: RightSide | undefined, operator: OperatorName, whole: Written): ResolvedRight {
    if (right === undefined) return { kind: "nothing" };
    if (right.kind === "value") return { kind: "value", text: this.only(right, operator, whole) };
    if (right.kind !== "list") return this.operand(right, whole);
    return { kind: "list", texts: right.values.flatMap((value) => this.value(value, operator, whole)) };
  }

  /** Where one value belongs, the name of a list of one stands for that one. */
  private only(value: Value, operator: OperatorName, whole: Written): string {
    const [only, ...others] = this.value(value, operator, whole);
    if (only !== undefined && others.length === 0) return only;
    const span = spanOf(whole, value.at);
    this.reject(
      span,
      `\`${value.text}\` is a list of ${others.length + Number(only !== undefined)}: \`${operator}\` compares with one value, \`in (${value.text})\` with a list`,
    );
    return value.text;
  }

  private value(value: Value, operator: OperatorName, whole: Written): readonly string[] {
    if (value.quoted || !this.names.lists.has(value.text)) return [value.text];
    return this.list(value.text, spanOf(whole, value.at), operator);
  }

  private list(name: string, span: Span, operator: string): readonly string[] {
    this.usedLists.add(name);
    const known = this.lists.get(name);
    if (known !== undefined) return known;
    if (this.onTheWay.has(`list ${name}`)) {
      this.reject(span, `list \`${name}\` is made of itself`);
      return [];
    }
    this.onTheWay.add(`list ${name}`);
    const items = this.names.lists.get(name)?.items ?? [];
    const texts = [...new Set(items.flatMap((item) => this.item(item, operator)))];
    this.onTheWay.delete(`list ${name}`);
    if (texts.length > MAX_ITEMS) {
      this.reject(span, `list \`${name}\` has more than ${MAX_ITEMS} items`);
      return [];
    }
    this.lists.set(name, texts);
    return texts;
  }

  private item(item: Item, operator: string): readonly string[] {
    if (item.quoted || !this.names.lists.has(item.text)) return [item.text];
    return this.list(item.text, item.span, operator);
  }

  private exception(exception: ExceptionDefinition): readonly Resolved[] {
    return exception.tuples.flatMap((tuple): Resolved[] => {
      const parts = exception.fields.flatMap((field, index): Resolved[] => {
        const operator = (exception.comparisons[index] ?? "=") as OperatorName;
        const check = this.exceptionCheck(field, operator, tuple[index], exception.span);
        return check === undefined ? [] : [check];
      });
      return parts.length === exception.fields.length ? [{ kind: "and", parts }] : [];
    });
  }

  private exceptionCheck(
    field: string,
    operator: OperatorName,
    value: ExceptionValue | undefined,
    span: Span,
  ): Resolved | undefined {
    const { takes } = OPERATORS[operator];
    const parsed = parseCondition(`${field} exists`);
    if (!parsed.ok || parsed.value.kind !== "check")
      return this.reject(span, `\`${printable(field, 80)}\` is no field`);
    const left = this.operand(parsed.value.left, { text: "", pieces: [{ from: 0, text: "", span }] });
    const items = value === undefined ? [] : Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
    const texts = items.flatMap((item) => (takes === "list" ? this.item(item, operator) : [item.text]));
    const [first = ""] = texts;
    const right = (): ResolvedRight => {
      if (takes === "nothing") return { kind: "nothing" };
      if (takes === "list") return { kind: "list", texts };
      return this.computed(first, operator, span) ?? { kind: "value", text: first };
    };
    const shown = asShown(right(), operator, left);
    return { kind: "check", left, operator, right: shown, span: items[0]?.span ?? span };
  }

  /** A value such as toupper(proc.pname), without blanks; undefined for a plain text. */
  private computed(text: string, operator: OperatorName, span: Span): ResolvedOperand | undefined {
    if (!TRANSFORMER_NAMES.some((name) => text.startsWith(`${name}(`)) || /\s/.test(text)) return undefined;
    const parsed = parseCondition(`proc.name ${operator} ${text}`);
    const right = parsed.ok && parsed.value.kind === "check" ? parsed.value.right : undefined;
    if (right?.kind !== "transformed") return undefined;
    return this.operand(right, { text: "", pieces: [{ from: 0, text: "", span }] });
  }

  private reject(span: Span, says: string): undefined {
    this.wrong.push({ span, says });
    return undefined;
  }
}

/** Parts of a condition, counted only as far as matters: macros that double each other grow without end. */
function sizeOf(resolved: Resolved, left = MAX_PARTS + 1): number {
  if (left <= 0) return 1;
  if (resolved.kind === "check") return 1;
  if (resolved.kind === "not") return 1 + sizeOf(resolved.part, left - 1);
  let size = 1;
  for (const part of resolved.parts) {
    size += sizeOf(part, left - size);
    if (size > left) break;
  }
  return size;
}
